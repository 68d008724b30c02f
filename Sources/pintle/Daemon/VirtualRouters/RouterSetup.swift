internal import Configuration
internal import VRRP

/// A virtual router with what its configuration names: built before anything that runs is touched, so that what is wrong
/// with it changes nothing.
struct RouterSetup: Sendable {
  /// What the operator asked for.
  let configuration: VirtualRouterConfiguration
  /// What signs and verifies, with the keys of its files; nil: nothing is signed.
  let hmac: HMACAuthentication?

  /// Reads what the configuration names.
  ///
  /// - Throws: where a key cannot be read, or the configuration contradicts itself.
  init(_ configuration: VirtualRouterConfiguration) throws(Failure) {
    _ = try configuration.settings(ownAddress: nil)
    self.configuration = configuration
    hmac = try configuration.hmac()
  }
}

extension DirectorConfiguration {
  /// The virtual routers that move together, ready to run.
  ///
  /// - Throws: where a key cannot be read, or the configuration contradicts itself.
  func routerSetups() throws(Failure) -> [[RouterSetup]] {
    var setups: [[RouterSetup]] = []
    for group in routerGroups {
      var members: [RouterSetup] = []
      for router in group { members.append(try RouterSetup(router)) }
      setups.append(members)
    }
    return setups
  }
}
