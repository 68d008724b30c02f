import Glibc

/// A directory that is removed when its owner goes.
final class TemporaryDirectory: Sendable {
  struct Failure: Error {
    var errno: Int32
  }

  let path: String

  init() throws {
    var template = Array("/tmp/pintle-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(errno: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    try? Command.run(["rm", "-r", path])
  }

  /// The path of a file in it.
  func file(_ name: String) -> String {
    "\(path)/\(name)"
  }

  /// Writes a file in place.
  func write(_ text: String, to name: String) throws {
    guard let stream = fopen(file(name), "w") else { throw Failure(errno: errno) }
    fputs(text, stream)
    fclose(stream)
  }
}

extension TemporaryDirectory {
  /// The text in a file; empty if there is none.
  func text(of name: String) -> String {
    guard let stream = fopen(file(name), "r") else { return "" }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = fread(&bytes, 1, bytes.count, stream)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
