/// What one check of a server found.
package struct CheckRecord: Codable, Hashable, Sendable {
  /// When its result came.
  package var time: Timestamp
  /// `healthy`, or the reason of the failure.
  package var result: String
  /// Until the connection stood; nil where it never did, like those below.
  package var connect: Milliseconds?
  /// From there until the TLS handshake was complete.
  package var handshake: Milliseconds?
  /// From the request until the first byte of the answer.
  package var firstByte: Milliseconds?
  /// From the request until the answer was complete.
  package var response: Milliseconds?

  /// Joins the parts.
  package init(
    time: Timestamp, result: String, connect: Milliseconds? = nil, handshake: Milliseconds? = nil,
    firstByte: Milliseconds? = nil, response: Milliseconds? = nil
  ) {
    self.time = time
    self.result = result
    self.connect = connect
    self.handshake = handshake
    self.firstByte = firstByte
    self.response = response
  }
}
