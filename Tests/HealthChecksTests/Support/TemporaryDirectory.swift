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
