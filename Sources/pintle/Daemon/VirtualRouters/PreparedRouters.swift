internal import Configuration
internal import VRRP

/// The virtual routers of a configuration, checked, and with what they keep in other files: whoever takes them in waits
/// for no disk, and nothing is left that can fail.
struct PreparedRouters: Sendable {
  /// One of them.
  struct Member: Sendable {
    /// What the operator asked for.
    let configuration: VirtualRouterConfiguration
    /// What signs and verifies, with the keys of its files; nil: nothing is signed.
    let hmac: HMACAuthentication?
  }

  /// Those that move together, the one that decides first.
  let groups: [[Member]]

  /// Reads what the routers of a configuration need.
  ///
  /// - Throws: where a key cannot be read, or the parts of a router contradict each other.
  init(_ configuration: DirectorConfiguration) throws(Failure) {
    var groups: [[Member]] = []
    for routers in configuration.routerGroups {
      var members: [Member] = []
      for router in routers {
        _ = try router.settings(ownAddress: nil)
        members.append(Member(configuration: router, hmac: try router.hmac()))
      }
      groups.append(members)
    }
    self.groups = groups
  }
}
