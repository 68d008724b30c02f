internal import CKernel
internal import Glibc

/// Addresses of Unix sockets (unix(7)).
enum UnixAddress {
  /// The address of a path, or of a name in the abstract namespace, which begins with `@`; nil where it is too long.
  static func make(_ path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard !bytes.isEmpty, bytes.count < room.count else { return false }
      unsafe room.copyBytes(from: bytes)
      return true
    }
    return fits ? address : nil
  }

  /// How many bytes of it count: an abstract name ends where it ends, a path with a zero.
  static func length(_ path: String) -> socklen_t {
    guard path.hasPrefix("@") else { return socklen_t(MemoryLayout<sockaddr_un>.size) }
    return socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
  }
}
