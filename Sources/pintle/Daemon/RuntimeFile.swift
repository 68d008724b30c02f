internal import Glibc
internal import Netlink

/// A small file of lines in the runtime directory.
struct RuntimeFile: Sendable {
  private let path: String

  /// The file at a path, which need not exist.
  init(_ path: String) { self.path = path }

  /// Its lines; none where there is no file.
  ///
  /// - Throws: where there is one that cannot be read.
  func read() throws(Failure) -> [Substring] {
    guard access(path, F_OK) == 0 else { return [] }
    do {
      return String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n")
    } catch {
      throw Failure("cannot read \(path): \(error)\(Self.hint(about: path))")
    }
  }

  /// What to do about a file that another user has made; empty where that is not what is wrong.
  static func hint(about path: String) -> String {
    guard access(path, F_OK) == 0, access(path, R_OK | W_OK) != 0 else { return "" }
    return " (another user made it; as root: chown --reference=\(folder(of: path)) \(path))"
  }

  /// Replaces its lines; a crash leaves the old ones or the new ones.
  func write(_ lines: [String]) throws(Failure) {
    _ = mkdir(Self.folder(of: path), 0o755)
    let draft = "\(path).new"
    unlink(draft)
    let descriptor = Self.make(draft, O_WRONLY)
    guard descriptor >= 0 else { throw Failure("cannot write \(draft): \(errorText(errno))") }
    defer { close(descriptor) }
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
      rename(draft, path) == 0
    else { throw Failure("cannot write \(path): \(errorText(errno))") }
  }
  /// Makes a file that is not there yet; what root makes belongs to the owner of the folder, as whom the daemon runs.
  ///
  /// - Returns: its descriptor; below zero: `errno` says why not.
  static func make(_ path: String, _ flags: Int32) -> Int32 {
    // Never through a link: the owner of the folder could have root write elsewhere.
    let descriptor = open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    var owner = stat()
    if descriptor >= 0, geteuid() == 0, stat(folder(of: path), &owner) == 0 {
      _ = fchown(descriptor, owner.st_uid, owner.st_gid)
    }
    return descriptor
  }

  private static func folder(of path: String) -> String {
    path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
  }
}
