package import NIOHTTP1

/// What a client is answered.
package struct ControlResponse: Sendable {
  /// The status.
  package let status: HTTPResponseStatus
  /// The media type of the body.
  package let contentType: String
  /// The body.
  package let body: [UInt8]

  /// Answers with text.
  package init(text: String) {
    status = .ok
    // What Prometheus reads, and people too.
    contentType = "text/plain; version=0.0.4; charset=utf-8"
    body = Array(text.utf8)
  }

  /// Answers with a record.
  package init(_ record: some Encodable, status: HTTPResponseStatus = .ok) {
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
      self.init(error.record, status: error.status)
    } else {
      self.init(ErrorRecord("\(error)"), status: .internalServerError)
    }
  }
}
