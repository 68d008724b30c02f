/// The name of a kernel module that finds a client's identity inside its packets; the kernel has `sip`.
public struct PersistenceEngine: Hashable, Sendable {
  /// The kernel's name of it.
  public let name: String

  /// Takes a name of 1 to 15 letters, digits, `_`, `.`, `+` and, not at the start, `-`
  /// (`IP_VS_PENAME_MAXLEN` less its NUL).
  public init?(_ name: some StringProtocol) {
    guard ModuleName.isValid(name) else { return nil }
    self.name = String(name)
  }
}

extension PersistenceEngine: CustomStringConvertible {
  /// The kernel's name of it.
  public var description: String { name }
}
