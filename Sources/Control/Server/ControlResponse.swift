package import NIOHTTP1

/// What a client is answered.
package struct ControlResponse: Sendable {
  /// The status.
  package let status: HTTPResponseStatus
  /// The media type of the body.
  package let contentType: String
  /// The body.
  package let body: [UInt8]
  /// With 405, the method that the path is asked for by (RFC 9110 §15.5.6).
  package let allowed: HTTPMethod?

  /// Answers with text.
  package init(text: String) {
    status = .ok
    allowed = nil
    // What Prometheus reads, and people too.
    contentType = "text/plain; version=0.0.4; charset=utf-8"
    body = Array(text.utf8)
  }

  /// Answers with a record.
  package init(_ record: some Encodable, status: HTTPResponseStatus = .ok, allowed: HTTPMethod? = nil) {
    self.allowed = allowed
    contentType = "application/json"
    do {
      body = try JSON.encode(record) + [UInt8(ascii: "\n")]
      self.status = status
    } catch {
      // No record can fail but by a number that is not one.
      body = Array("{\"details\":[],\"error\":\"the answer cannot be written as JSON\"}\n".utf8)
      self.status = .internalServerError
    }
  }

  /// Answers with what went wrong.
  package init(_ error: any Error) {
    if let error = error as? ControlError {
      self.init(error.record, status: error.status, allowed: error.allowed)
    } else {
      self.init(ErrorRecord("\(error)"), status: .internalServerError)
    }
  }
}
