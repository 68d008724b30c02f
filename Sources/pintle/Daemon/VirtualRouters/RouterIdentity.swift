internal import Configuration
internal import Model

/// What makes a virtual router the same one: whatever else a new configuration changes, its name included, it keeps its
/// role.
struct RouterIdentity: Hashable, Sendable {
  private let id: UInt8
  private let family: AddressFamily
  private let interface: String
  private let version: VirtualRouterConfiguration.Version
  private let hasVirtualMAC: Bool

  /// The router of a configuration.
  init(_ configuration: VirtualRouterConfiguration) {
    id = configuration.id
    family = configuration.family
    interface = configuration.interface
    version = configuration.version
    hasVirtualMAC = configuration.hasVirtualMAC
  }
}
