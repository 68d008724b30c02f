/// How long each phase of a probe took; nil for a phase that was not completed, or that the probe does not have.
package struct PhaseTimings: Hashable, Sendable {
  /// Until the connection stood.
  package var connect: Duration?
  /// From there until the TLS handshake was complete and the certificate accepted.
  package var handshake: Duration?
  /// From the request until the head of the response was there.
  package var response: Duration?

  /// Joins the timings of the phases.
  package init(connect: Duration? = nil, handshake: Duration? = nil, response: Duration? = nil) {
    self.connect = connect
    self.handshake = handshake
    self.response = response
  }
}
