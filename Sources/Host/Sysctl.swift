internal import Glibc

/// A setting of the kernel under /proc/sys (sysctl(8)).
package struct Sysctl: Hashable, Sendable {
  /// The path below /proc/sys, with slashes: an interface's name may have dots.
  package let path: String

  /// Names a setting.
  package init(_ path: String) {
    self.path = path
  }

  /// Its value, without the line's end.
  ///
  /// - Throws: ENOENT where this kernel has none of that name.
  package func read() throws(SystemError) -> String {
    let file = try unsafe FileDescriptor("open", open("/proc/sys/\(path)", O_RDONLY | O_CLOEXEC))
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = unsafe Glibc.read(file.number, &buffer, buffer.count)
    guard length >= 0 else { throw SystemError("read", errno) }
    var bytes = buffer[..<length]
    while let last = bytes.last, last == UInt8(ascii: "\n") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Sets it.
  ///
  /// - Throws: ENOENT where this kernel has none of that name, EACCES where this process may not.
  package func write(_ value: String) throws(SystemError) {
    let file = try unsafe FileDescriptor("open", open("/proc/sys/\(path)", O_WRONLY | O_CLOEXEC))
    let bytes = Array(value.utf8)
    guard unsafe Glibc.write(file.number, bytes, bytes.count) == bytes.count else {
      throw SystemError("write", errno)
    }
  }
}
