extension HealthCheck {
  /// A program that is run for each server, and whose exit status is the answer: 0 is healthy.
  public struct Exec: Hashable, Sendable {
    /// The absolute path of the program, and its arguments; no shell reads them.
    public var command: [String]
    /// Whether an exit status from 2 to 255 is healthy too, and is the server's weight plus 2, as keepalived's
    /// `misc_dynamic` has it.
    public var hasDynamicWeight: Bool

    /// Makes a question to a program.
    public init(command: [String], hasDynamicWeight: Bool = false) {
      self.command = command
      self.hasDynamicWeight = hasDynamicWeight
    }
  }
}
