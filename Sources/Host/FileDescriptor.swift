internal import Glibc

/// A descriptor that closes itself.
package struct FileDescriptor: ~Copyable, Sendable {
  /// The kernel's number of it.
  package let number: Int32

  /// Owns what a system call returned; the call's name is for the error.
  ///
  /// - Throws: where it returned -1.
  package init(_ call: String, _ result: Int32) throws(SystemError) {
    guard result >= 0 else { throw SystemError(call, errno) }
    number = result
  }

  deinit {
    close(number)
  }

  /// Sets an option of a socket (setsockopt(2)).
  package func setOption(
    _ level: Int32, _ option: Int32, _ value: some BitwiseCopyable
  ) throws(SystemError) {
    let result = unsafe withUnsafeBytes(of: value) {
      unsafe setsockopt(number, level, option, $0.baseAddress, socklen_t($0.count))
    }
    guard result == 0 else { throw SystemError("setsockopt", errno) }
  }
}
