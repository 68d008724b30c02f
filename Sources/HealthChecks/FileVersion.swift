import Glibc
import Model

/// What tells one version of a file from the next without reading it.
struct FileVersion: Hashable, Sendable {
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

extension ProbeFailure {
  /// A file cannot be used, for the reason in `errno`.
  static func unreadable(_ path: String) -> ProbeFailure {
    .misconfigured("\(path): \(systemErrorText(errno))")
  }

  /// The file system of a check's files does not answer.
  static func unanswered(_ path: String) -> ProbeFailure {
    .misconfigured("\(path): the file system does not answer (does its server live?)")
  }
}
