/// Why a request was not carried out.
package struct ErrorRecord: Codable, Hashable, Sendable {
  /// What failed, on what, why, and what to do about it.
  package var error: String
  /// What is wrong in particular, a line each: a configuration's diagnostics.
  package var details: [String]

  /// Joins the parts.
  package init(_ error: String, details: [String] = []) {
    self.error = error
    self.details = details
  }
}
