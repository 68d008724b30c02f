// The kernel's and libnl's interfaces as Swift needs them. Every wrapper says why it exists.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>
