extension HealthCheck {
  /// A datagram, and the answer that is expected.
  public struct UDP: Hashable, Sendable {
    /// What is sent, at most 1024 bytes; it may be empty.
    public var payload: [UInt8]
    /// What must stand anywhere in the answer; empty: any answer will do; nil: silence until the deadline is healthy
    /// too, and only the word that nobody listens there is not.
    public var expectedAnswer: [UInt8]?

    /// Makes a question; the default sends nothing and expects nothing.
    public init(payload: [UInt8] = [], expectedAnswer: [UInt8]? = nil) {
      self.payload = payload
      self.expectedAnswer = expectedAnswer
    }
  }
}
