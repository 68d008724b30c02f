/// Why a command did not do what it was asked, for the operator: what failed, on what, and why.
struct Failure: Error, CustomStringConvertible {
  /// Something failed.
  static let failed: Int32 = 1
  /// A plan has changes.
  static let changesPending: Int32 = 2
  /// The command line makes no sense (EX_USAGE of sysexits.h).
  static let usage: Int32 = 64

  /// What failed and why.
  let description: String
  /// The exit status.
  let status: Int32

  init(_ description: String, status: Int32 = failed) {
    self.description = description
    self.status = status
  }

  /// What could not be done, and the error that says why.
  init(_ what: String, _ why: some Error) {
    self.init("\(what): \(why)")
  }
}
