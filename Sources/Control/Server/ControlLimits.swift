package import NIOCore

/// What one client can take of the daemon.
package struct ControlLimits: Sendable {
  /// Bytes of a request's line and headers.
  package var head = 16 << 10
  /// Bytes of a request's body; as large as a configuration may be.
  package var body = 8 << 20
  /// From the connection until the request is complete, however slowly it drips.
  package var requestTime = TimeAmount.seconds(5)
  /// From the answer's first byte until the client took the last.
  package var answerTime = TimeAmount.seconds(10)
  /// For the client to close, once it has its answer.
  package var lingerTime = TimeAmount.seconds(1)
  /// Connections at a time.
  package var connections = 64
  /// Of these, connections that follow the events.
  package var followers = 32
  /// Bytes that wait for a follower before it is too slow and dropped.
  package var backlog = 1 << 20

  /// The daemon's limits.
  package init() {}
}
