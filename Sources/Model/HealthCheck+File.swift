extension HealthCheck {
  /// A file of this host whose existence is the answer.
  public struct File: Hashable, Sendable {
    /// Its absolute path; `{address}` and `{port}` in it are the server's.
    public var path: String
    /// Whether the file holds the server's weight, a number from 0 to 65535.
    public var holdsWeight: Bool

    /// Makes a question to a file.
    public init(path: String, holdsWeight: Bool = false) {
      self.path = path
      self.holdsWeight = holdsWeight
    }
  }
}
