/// How long each phase of a probe took; nil for a phase that was not completed, or that the probe does not have.
package struct PhaseTimings: Hashable, Sendable {
  /// Until the connection stood.
  package var connect: Duration?
  /// From there until the TLS handshake was complete and the certificate accepted.
  package var handshake: Duration?
  /// From the request, or from the start of the program, until there was an answer; of several requests, together.
  package var response: Duration?
  /// From the first request until the first byte of its answer; there even where the answer was never complete.
  package var firstByte: Duration?

  /// Joins the timings of the phases.
  package init(
    connect: Duration? = nil, handshake: Duration? = nil, response: Duration? = nil,
    firstByte: Duration? = nil
  ) {
    self.connect = connect
    self.handshake = handshake
    self.response = response
    self.firstByte = firstByte
  }
}
