/// The default routes of IPv6 that the kernel took from router advertisements.
///
/// A host that begins to forward drops them and hears no more, but on interfaces whose `accept_ra` is 2
/// (Documentation/networking/ip-sysctl.rst). Those that a network manager took are like any other.
package enum AdvertisedRoutes {
  /// RTF_DEFAULT and RTF_ADDRCONF of linux/ipv6_route.h.
  private static let learnedDefault: UInt32 = 0x0005_0000

  /// The parameters that keep these routes while the host forwards, as ``ParameterKeeper`` takes them.
  package static var parameters: [String: String] {
    // Destination and length, source and length, gateway, metric, two counts, flags, interface.
    let interfaces = lines(ofFile: "/proc/net/ipv6_route").compactMap { line -> Substring? in
      let fields = line.split(separator: " ")
      guard fields.count == 10, fields[1] == "00", let flags = UInt32(fields[8], radix: 16),
        flags & learnedDefault == learnedDefault
      else { return nil }
      return fields[9]
    }
    return Dictionary(interfaces.map { ("net/ipv6/conf/\($0)/accept_ra", "2") }) { $1 }
  }
}
