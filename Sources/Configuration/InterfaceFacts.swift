package import Model

/// What a configuration is held against on this host: an interface and the addresses it has.
package struct InterfaceFacts: Hashable, Sendable {
  /// The interface's name.
  package var name: String
  /// Its addresses with the lengths of their prefixes.
  package var networks: [IPNetwork]

  /// Joins the two.
  package init(name: String, networks: [IPNetwork]) {
    self.name = name
    self.networks = networks
  }
}
