internal import Model

/// A system call that failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, as its manual page is called.
  package let call: String
  /// The raw error number.
  package let number: Int32

  /// Joins the two.
  package init(_ call: String, _ number: Int32) {
    self.call = call
    self.number = number
  }

  /// `bind: address already in use`.
  package var description: String { "\(call): \(systemErrorText(number))" }
}
