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
      throw Failure("cannot read \(path)", error)
    }
  }

  /// Replaces its lines; a crash leaves the old ones or the new ones.
  func write(_ lines: [String]) throws(Failure) {
    let directory = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    _ = mkdir(directory, 0o755)
    let draft = "\(path).new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(draft): \(errorText(errno))") }
    defer { close(descriptor) }
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
      rename(draft, path) == 0
    else { throw Failure("cannot write \(path): \(errorText(errno))") }
  }
}
