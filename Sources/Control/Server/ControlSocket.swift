internal import Glibc
internal import NIOCore

/// The daemon's end of the Unix socket.
enum ControlSocket {
  /// Binds a socket; one that a daemon left behind when it crashed is replaced.
  ///
  /// Its mode is 0660 from the first moment, and the group's where there is such a group.
  /// - Throws: where the path is taken by something that is no socket, or the system refuses.
  static func bind(_ path: String, group: gid_t?) throws(ListenError) -> NIOBSDSocket.Handle {
    guard var address = sockaddr_un(path: path) else {
      throw ListenError("cannot listen on \(path): the path is longer than a socket's may be (107 bytes)")
    }
    var found = stat()
    if lstat(path, &found) == 0 {
      guard found.st_mode & S_IFMT == S_IFSOCK else {
        throw ListenError("cannot listen on \(path): it exists and is no socket; move it away")
      }
      unlink(path)
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ListenError(path, errno) }
    // The mode of the socket before it has a path is, less the umask, the mode of the path.
    let isBound =
      fchmod(descriptor, 0o660) == 0
      && withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      } == 0 && chmod(path, 0o660) == 0
    guard isBound else {
      let number = errno
      close(descriptor)
      throw ListenError(path, number)
    }
    // Not permitted to whoever is not in the group; the socket is then the daemon's own user's alone.
    if let group { _ = chown(path, uid_t.max, group) }
    return descriptor
  }

  /// The group's number; nil where there is none of the name.
  static func group(named name: String) -> gid_t? {
    var entry = Glibc.group()
    var result: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    guard getgrnam_r(name, &entry, &buffer, buffer.count, &result) == 0, result != nil else { return nil }
    return entry.gr_gid
  }
}
