package import NIOHTTP1

/// Why a request is not carried out: its status and what the client is told.
package struct ControlError: Error, CustomStringConvertible {
  /// 400 where the request makes no sense, 409 where things are not so, 422 where a configuration is bad.
  package let status: HTTPResponseStatus
  /// What the client is told.
  package let record: ErrorRecord
  /// With 405, the method that the path is asked for by.
  package let allowed: HTTPMethod?

  /// Joins a status, a sentence and what is wrong in particular.
  package init(
    _ status: HTTPResponseStatus, _ message: String, details: [String] = [], allowed: HTTPMethod? = nil
  ) {
    self.status = status
    self.allowed = allowed
    record = ErrorRecord(message, details: details)
  }

  /// The sentence.
  package var description: String { record.error }
}
