// Sends VRRP advertisements that nobody may believe, as fast as it is told; built and run by scripts/lib/bench-failover.
//
//   flood INTERFACE PACKETS-PER-SECOND SECONDS VRID
//
// Every fourth names the virtual router and has a wrong checksum, the others are of virtual routers that nobody
// has. Prints how many left.
#define _GNU_SOURCE  // sendmmsg(2)
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

enum { KINDS = 64, LENGTH = 14 + 20 + 12 };

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint16_t checksum(const uint8_t *bytes, int length) {
  uint32_t sum = 0;
  for (int i = 0; i < length; i += 2) sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return (uint16_t)~sum;
}

int main(int count, char **arguments) {
  if (count != 5) return 64;
  uint64_t rate = strtoull(arguments[2], 0, 10), seconds = strtoull(arguments[3], 0, 10);
  uint8_t id = (uint8_t)atoi(arguments[4]);
  int wire = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(arguments[1])};
  if (wire < 0 || bind(wire, (struct sockaddr *)&to, sizeof to) < 0) {
    perror("flood");
    return 1;
  }
  static uint8_t frames[KINDS][LENGTH];
  struct iovec parts[KINDS];
  struct mmsghdr messages[KINDS] = {0};
  for (int n = 0; n < KINDS; n++) {
    uint8_t frame[LENGTH] = {
        0x01, 0x00, 0x5E, 0, 0, 0x12, 0x02, 0, 0, 0, 0, 1, 0x08, 0x00,                      // to the group
        0x45, 0xC0, 0, 32, 0, 0, 0, 0, 255, 112, 0, 0, 10, 1, 9, (uint8_t)n, 224, 0, 0, 18,  // IPv4
        0x31, n % 4 ? (uint8_t)(60 + n) : id, 200, 1, 0, 10, 0xDE, 0xAD, 10, 1, 0, 100};     // version 3
    uint16_t sum = checksum(frame + 14, 20);
    frame[24] = (uint8_t)(sum >> 8);
    frame[25] = (uint8_t)sum;
    memcpy(frames[n], frame, LENGTH);
    parts[n] = (struct iovec){frames[n], LENGTH};
    messages[n].msg_hdr = (struct msghdr){.msg_iov = &parts[n], .msg_iovlen = 1};
  }
  uint64_t sent = 0, begin = now(), end = begin + seconds * 1000000000;
  for (uint64_t time = begin; time < end; time = now()) {
    // What is due by now; after this program had to wait, what it owes comes at once.
    uint64_t due = (time - begin) * rate / 1000000000;
    if (sent >= due) {
      struct timespec pause = {0, 100000};
      nanosleep(&pause, 0);
      continue;
    }
    int done = sendmmsg(wire, messages, KINDS, 0);
    if (done > 0) sent += (uint64_t)done;
  }
  printf("%llu\n", (unsigned long long)sent);
}
