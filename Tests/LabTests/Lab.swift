import Glibc
import Model

/// The machine with an IPVS kernel; `scripts/lab` boots it.
enum Lab {
  /// Whether this process runs in it.
  static let isHere = getenv("PINTLE_LAB") != nil

  /// Whether there is time for what takes minutes.
  static let isLong = getenv("PINTLE_LONG") != nil

  /// Whether systemd has it.
  static let hasSystemd = isHere && access("/run/systemd/system", F_OK) == 0

  /// The program under test, which lies beside the tests.
  static let pintle =
    CommandLine.arguments[0].split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/pintle"

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a line of shell and returns its output.
  ///
  /// - Throws: where it does not exit with 0; its output and errors say why.
  @discardableResult
  static func shell(_ line: String) throws -> String {
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

  /// The mainline schedulers that this kernel was built with: Debian's has no `twos`.
  static let schedulers = Result {
    try Scheduler.known.filter { try shell("modprobe ip_vs_\($0.name) && echo || echo no").hasPrefix("\n") }
  }

  /// Writes text into a file that is this process's own, and returns its path.
  static func file(_ text: String) throws -> String {
    let path = "/run/lab-test-\(getpid())"
    try write(text, to: path)
    return path
  }

  /// Writes text into a file.
  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure(description: "\(path): \(errno)") }
    defer { fclose(file) }
    fputs(text, file)
  }
}
