// Makes a program that programs IPVS by socket options believe that the kernel has it and does all it is told, for a
// benchmark of its checks on a machine without it: to be loaded by LD_PRELOAD. What the program does besides is real.
#define _GNU_SOURCE
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_ours(int level, int name) {
  return level == IPPROTO_IP && name >= IP_VS_BASE_CTL && name <= IP_VS_SO_SET_MAX;
}

int getsockopt(int descriptor, int level, int name, void *value, socklen_t *length) {
  if (!is_ours(level, name)) return syscall(SYS_getsockopt, descriptor, level, name, value, length);
  memset(value, 0, *length);
  if (name == IP_VS_SO_GET_INFO) ((struct ip_vs_getinfo *)value)->version = IP_VS_VERSION_CODE;
  return 0;
}

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t length) {
  if (!is_ours(level, name)) return syscall(SYS_setsockopt, descriptor, level, name, value, length);
  return 0;
}
