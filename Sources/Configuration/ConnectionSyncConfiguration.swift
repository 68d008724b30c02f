/// How the kernel tells the other director of its connections.
package struct ConnectionSyncConfiguration: Hashable, Sendable {
  /// The interface of the multicast traffic, 1 to 15 bytes.
  package var interface: String
  /// Tells pairs of directors apart on one network: 1 to 255.
  package var id: UInt8

  /// Joins the two.
  package init(interface: String, id: UInt8) {
    self.interface = interface
    self.id = id
  }
}
