import Glibc
import Model

/// What tells one version of a file from the next without reading it.
struct FileVersion: Hashable {
  private let device: dev_t
  private let inode: ino_t
  private let size: off_t
  /// The times of the contents and of the file's own data, as the system has them: they are only compared.
  private let modified: [UInt8]

  /// The version of a file as it is now; symbolic links are followed.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` if there is no such file.
  init(of path: String) throws(ProbeFailure) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .unreadable(path) }
    device = status.st_dev
    inode = status.st_ino
    size = status.st_size
    modified =
      withUnsafeBytes(of: status.st_mtim, Array.init) + withUnsafeBytes(of: status.st_ctim, Array.init)
  }
}

extension FileVersion {
  /// Whether there is such a file; symbolic links are followed.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` if that cannot be found out.
  static func exists(_ path: String) throws(ProbeFailure) -> Bool {
    var status = stat()
    if stat(path, &status) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else { throw .unreadable(path) }
    return false
  }
}

extension [UInt8] {
  /// All but the white space at both ends.
  var trimmed: ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let begun = drop(while: isSpace)
    return begun.prefix(begun.reversed().drop(while: isSpace).count)
  }
}

/// The contents of a regular file of at most 4 MiB.
///
/// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
func contents(of path: String) throws(ProbeFailure) -> [UInt8] {
  let limit = 4 << 20
  // A FIFO without a writer must not hold the event loop.
  let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard file >= 0 else { throw .unreadable(path) }
  defer { close(file) }

  var status = stat()
  guard fstat(file, &status) == 0 else { throw .unreadable(path) }
  guard status.st_mode & S_IFMT == S_IFREG else { throw .misconfigured("\(path): not a regular file") }

  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = read(file, &chunk, chunk.count)
    if count == 0 { return bytes }
    if count < 0 {
      if errno == EINTR { continue }
      throw .unreadable(path)
    }
    bytes += chunk[..<count]
    guard bytes.count <= limit else { throw .misconfigured("\(path): larger than 4 MiB") }
  }
}

extension ProbeFailure {
  /// A file cannot be read, for the reason in `errno`.
  fileprivate static func unreadable(_ path: String) -> ProbeFailure {
    let number = errno
    return .misconfigured("\(path): \(strerror(number).map { String(cString: $0) } ?? "errno \(number)")")
  }
}
