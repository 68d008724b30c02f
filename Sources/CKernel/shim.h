// The kernel's and libnl's interfaces as Swift needs them. Every wrapper says why it exists.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

// What the C library declares for GNU programs only.
int pipe2(int ends[2], int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/// prctl(2) is variadic, which Swift does not import: an operation of PR_CAP_AMBIENT on the calling thread.
static inline int pintle_ambient(unsigned long operation, unsigned long capability) {
  return prctl(PR_CAP_AMBIENT, operation, capability, 0UL, 0UL);
}

// Control messages are read and written by macros (cmsg(3)), which Swift cannot import.

/// struct in6_pktinfo (RFC 3542 §6.1), which the C library has for GNU programs only.
struct pintle_in6_pktinfo {
  struct in6_addr address;
  unsigned int interface;
};

/// Sends with a source address of the caller's choice (IP_PKTINFO); addresses in network order, index 0: any interface.
static inline ssize_t pintle_send_ipv4(int descriptor, const void *bytes, size_t length, uint32_t source,
                                       uint32_t destination, int interface) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {destination}};
  struct iovec part = {(void *)bytes, length};
  char control[CMSG_SPACE(sizeof(struct in_pktinfo))] __attribute__((aligned(8))) = {0};
  struct msghdr message = {&to, sizeof to, &part, 1, control, sizeof control, 0};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  struct in_pktinfo information = {.ipi_ifindex = interface, .ipi_spec_dst = {source}};
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof information);
  memcpy(CMSG_DATA(header), &information, sizeof information);
  return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

/// The same for IPv6 (IPV6_PKTINFO); the addresses are 16 bytes each.
static inline ssize_t pintle_send_ipv6(int descriptor, const void *bytes, size_t length, const void *source,
                                       const void *destination, int interface) {
  struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)interface};
  struct pintle_in6_pktinfo information = {.interface = (unsigned)interface};
  struct iovec part = {(void *)bytes, length};
  char control[CMSG_SPACE(sizeof information)] __attribute__((aligned(8))) = {0};
  struct msghdr message = {&to, sizeof to, &part, 1, control, sizeof control, 0};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  memcpy(&to.sin6_addr, destination, 16);
  memcpy(&information.address, source, 16);
  header->cmsg_level = IPPROTO_IPV6;
  header->cmsg_type = IPV6_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof information);
  memcpy(CMSG_DATA(header), &information, sizeof information);
  return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

/// Receives, if something is there, with what the IPv6 header said: source and destination, 16 bytes each, and the hop
/// limit, which is -1 where the kernel did not tell it.
static inline ssize_t pintle_receive_ipv6(int descriptor, void *bytes, size_t length, void *source,
                                          void *destination, int *hop_limit) {
  struct sockaddr_in6 from = {0};
  struct iovec part = {bytes, length};
  char control[256] __attribute__((aligned(8)));
  struct msghdr message = {&from, sizeof from, &part, 1, control, sizeof control, 0};
  ssize_t count = recvmsg(descriptor, &message, MSG_DONTWAIT | MSG_TRUNC);
  if (count < 0) return count;
  memcpy(source, &from.sin6_addr, 16);
  memset(destination, 0, 16);
  *hop_limit = -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != IPPROTO_IPV6) continue;
    if (header->cmsg_type == IPV6_PKTINFO && header->cmsg_len >= CMSG_LEN(sizeof(struct pintle_in6_pktinfo)))
      memcpy(destination, CMSG_DATA(header), 16);
    if (header->cmsg_type == IPV6_HOPLIMIT && header->cmsg_len >= CMSG_LEN(sizeof(int)))
      memcpy(hop_limit, CMSG_DATA(header), sizeof(int));
  }
  return count;
}

/// Sends a datagram that is nothing but an open file (SCM_RIGHTS) to a Unix socket's path, and does not wait.
static inline ssize_t pintle_send_file(int descriptor, const void *to, socklen_t length, int file) {
  char control[CMSG_SPACE(sizeof file)] __attribute__((aligned(8))) = {0};
  struct msghdr message = {(void *)to, length, 0, 0, control, sizeof control, 0};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof file);
  memcpy(CMSG_DATA(header), &file, sizeof file);
  return sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// The C library has memfd_create(2) and its flags for GNU programs only; 3: MFD_CLOEXEC | MFD_ALLOW_SEALING.
int memfd_create(const char *name, unsigned int flags);

/// Forbids every further change of a memfd (F_ADD_SEALS and all seals of linux/fcntl.h), which fcntl(2) as a variadic
/// function does not let Swift ask for.
static inline int pintle_seal(int file) {
  return fcntl(file, 1033, 0x0001 | 0x0002 | 0x0004 | 0x0008);
}
