internal import CKernel

/// The C library's text of an error number, with the number: `Operation not permitted (errno 1)`.
package func errorText(_ number: Int32) -> String {
  guard let text = unsafe strerror(number) else { return "errno \(number)" }
  return unsafe "\(String(cString: text)) (errno \(number))"
}
