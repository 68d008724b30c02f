internal import Configuration
internal import Glibc
internal import Model

/// The interfaces of this host with their addresses, by getifaddrs(3).
enum HostInterfaces {
  /// All of them; one without an address has no networks.
  ///
  /// - Throws: where the kernel does not tell.
  static func read() throws(Failure) -> [InterfaceFacts] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else {
      throw Failure("cannot list the interfaces: \(systemErrorText(errno))")
    }
    defer { freeifaddrs(first) }

    var interfaces: [String: [IPNetwork]] = [:]
    var next = first
    while let entry = next?.pointee {
      next = entry.ifa_next
      let name = String(cString: entry.ifa_name)
      interfaces[name, default: []] += network(entry.ifa_addr, entry.ifa_netmask).map { [$0] } ?? []
    }
    return interfaces.map { InterfaceFacts(name: $0.key, networks: $0.value) }.sorted { $0.name < $1.name }
  }

  /// All addresses of this host.
  ///
  /// - Throws: where the kernel does not tell.
  static func addresses() throws(Failure) -> Set<IPAddress> {
    Set(try read().flatMap(\.networks).map(\.address))
  }

  private static func network(
    _ address: UnsafeMutablePointer<sockaddr>?, _ mask: UnsafeMutablePointer<sockaddr>?
  ) -> IPNetwork? {
    guard let octets = octets(address), let address = IPAddress(octets: octets), let mask = self.octets(mask)
    else {
      return nil
    }
    return IPNetwork(address, prefixLength: mask.reduce(0) { $0 + $1.nonzeroBitCount })
  }

  /// The address inside a socket address, in network order; nil for other families than IPv4 and IPv6.
  private static func octets(_ socketAddress: UnsafeMutablePointer<sockaddr>?) -> [UInt8]? {
    guard let socketAddress else { return nil }
    switch Int32(socketAddress.pointee.sa_family) {
    case AF_INET:
      return socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr, Array.init)
      }
    case AF_INET6:
      return socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin6_addr, Array.init)
      }
    default: return nil
    }
  }
}
