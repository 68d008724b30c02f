import Glibc
import Model
import TestSupport

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

  typealias Failure = Shell.Failure

  /// Runs a line of shell and returns its output.
  ///
  /// - Throws: where it does not exit with 0; its output and errors say why.
  @discardableResult
  static func shell(_ line: String) throws -> String { try Shell.run(line) }

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
