internal import ArgumentParser
internal import Glibc
internal import Model
internal import Netlink

/// The services that Pintle made, remembered across restarts: a file with a service a line.
///
/// What is not in it is another's, and is never deleted.
struct OwnershipRecord {
  /// The folder.
  let directory: String
  private var path: String { "\(directory)/services" }

  /// The record in a folder.
  init(directory: String) { self.directory = directory }

  /// The services that are owned; none where there is no record.
  ///
  /// - Throws: where there is one that cannot be read: deleting nothing is then the only safe thing.
  func read() throws(Failure) -> Set<ServiceKey> {
    guard access(path, F_OK) == 0 else { return [] }
    do {
      let text = String(decoding: try readFile(path), as: UTF8.self)
      return Set(text.split(separator: "\n").compactMap { ServiceKey(argument: String($0)) })
    } catch {
      throw Failure("cannot read \(path)", error)
    }
  }

  /// Replaces the record; a crash leaves the old one or the new one.
  func write(_ services: Set<ServiceKey>) throws(Failure) {
    _ = mkdir(directory, 0o755)
    let draft = "\(path).new"
    let text = services.sorted().map { $0.argument + "\n" }.joined()
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(draft): \(errorText(errno))") }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
      rename(draft, path) == 0
    else { throw Failure("cannot write \(path): \(errorText(errno))") }
  }
}
