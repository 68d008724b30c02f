internal import Model

/// Why the daemon cannot listen.
package struct ListenError: Error, CustomStringConvertible {
  /// What failed and why.
  package let description: String

  init(_ description: String) { self.description = description }

  init(_ path: String, _ number: Int32) {
    self.init("cannot listen on \(path): \(systemErrorText(number))")
  }
}
