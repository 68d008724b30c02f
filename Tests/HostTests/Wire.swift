import Glibc
import Host
import Model
import Netlink
import TestSupport
import Testing

/// Two interfaces that are one cable, in this namespace, with their addresses.
///
/// The kernel takes packets of its own addresses on the far end (`accept_local`).
struct Wire {
  let near: Link
  let far: Link

  init() throws {
    try Shell.run(
      """
      set -e
      ip link del near 2>/dev/null || true
      ip link add near type veth peer name far
      for interface in all near far; do
        echo 0 >/proc/sys/net/ipv4/conf/$interface/rp_filter
        echo 1 >/proc/sys/net/ipv4/conf/$interface/accept_local
      done
      ip addr add 10.1.0.1/24 dev near
      ip addr add 10.1.0.2/24 dev far
      ip addr add fe80::1/64 dev near nodad
      ip addr add fe80::2/64 dev far nodad
      ip link set near up
      ip link set far up
      """)
    let table = try LinkTable()
    try eventually {
      try table.follow()
      return ["near", "far"].allSatisfy { table.link(named: $0)?.isRunning == true }
    }
    near = try #require(table.link(named: "near"))
    far = try #require(table.link(named: "far"))
  }
}

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

func network(_ text: String) throws -> IPNetwork { try #require(IPNetwork(text)) }

/// Waits until a condition holds, for at most five seconds.
func eventually(_ condition: () throws -> Bool, _ comment: Comment = "in time") throws {
  let deadline = BootClock.now + 5_000_000_000
  while try !condition() {
    try #require(BootClock.now < deadline, comment)
    usleep(1000)
  }
}
