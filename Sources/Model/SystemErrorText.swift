internal import Glibc

/// The C library's text of an error number of the system: `Operation not permitted`.
package func systemErrorText(_ number: Int32) -> String {
  strerror(number).map { String(cString: $0) } ?? "errno \(number)"
}
