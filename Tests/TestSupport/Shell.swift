internal import Glibc

/// Runs lines of shell, for tests that need the host's own tools.
package enum Shell {
  /// A line that did not end with 0.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    /// What went wrong.
    package init(description: String) { self.description = description }
  }

  /// Runs a line and returns what it printed, errors included.
  ///
  /// - Throws: where it does not end with 0; its output says why.
  @discardableResult
  package static func run(_ line: String) throws -> String {
    guard let pipe = popen("{ \(line)\n} 2>&1", "r") else { throw Failure(description: "popen: \(errno)") }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      output += buffer[..<count]
    }
    let text = String(decoding: output, as: UTF8.self)
    let status = pclose(pipe)
    guard status == 0 else { throw Failure(description: "`\(line)` ended with \(status >> 8): \(text)") }
    return text
  }

  /// Whether this process has a network namespace of its own, made by `scripts/lib/in-namespace`.
  package static let isInNamespace = getenv("PINTLE_NAMESPACE") != nil
}
