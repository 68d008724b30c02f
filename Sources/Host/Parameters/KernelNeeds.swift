/// What a director needs of its kernel, and the parameters that say so.
package struct KernelNeeds: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Connections end with the server that is deleted.
  package static let endsConnections = KernelNeeds(rawValue: 1 << 0)
  /// Packets to servers get another source address.
  package static let sourceNAT = KernelNeeds(rawValue: 1 << 1)
  /// Replies of IPv4 servers pass through.
  package static let forwardsIPv4 = KernelNeeds(rawValue: 1 << 2)
  /// Replies of IPv6 servers pass through.
  package static let forwardsIPv6 = KernelNeeds(rawValue: 1 << 3)
  /// Clients stay with their server, unless it is to get no new ones.
  package static let persistence = KernelNeeds(rawValue: 1 << 4)
  /// Connections are told to another director.
  package static let sync = KernelNeeds(rawValue: 1 << 5)
  /// This director is a server too, and must not direct what the other director directed to it.
  package static let directsWhenActiveOnly = KernelNeeds(rawValue: 1 << 6)

  /// How often an active connection is told again, in seconds.
  package static let syncRefreshPeriod = 10

  /// The parameters below `/proc/sys`, with the values that they need.
  ///
  /// Those of IPVS: Documentation/networking/ipvs-sysctl.rst.
  package var parameters: [String: String] {
    var parameters: [String: String] = [:]
    if contains(.endsConnections) { parameters["net/ipv4/vs/expire_nodest_conn"] = "1" }
    if contains(.sourceNAT) {
      parameters["net/ipv4/vs/conntrack"] = "1"
      // A connection that comes back to a director has gone on elsewhere meanwhile: its numbers lie outside of what
      // this director's tracking remembers.
      parameters["net/netfilter/nf_conntrack_tcp_be_liberal"] = "1"
    }
    if contains(.forwardsIPv4) { parameters["net/ipv4/ip_forward"] = "1" }
    if contains(.forwardsIPv6) { parameters["net/ipv6/conf/all/forwarding"] = "1" }
    if contains(.persistence) { parameters["net/ipv4/vs/expire_quiescent_template"] = "1" }
    if contains(.sync) {
      // Told as soon as it stands, and then by the clock; the default counts packets, and forgets quiet connections.
      parameters["net/ipv4/vs/sync_threshold"] = "3 0"
      parameters["net/ipv4/vs/sync_refresh_period"] = "\(Self.syncRefreshPeriod)"
    }
    if contains(.directsWhenActiveOnly) { parameters["net/ipv4/vs/backup_only"] = "1" }
    return parameters
  }
}
