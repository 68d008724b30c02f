import Glibc
import IPVS
import Model
import TestSupport

/// A `pintle run` of a test, as a process of its own.
final class DaemonProcess {
  /// Its runtime directory, where its files are as well.
  static let directory = "/run/lab-daemon"
  /// Its configuration file.
  static let configuration = "\(directory)/pintle.yaml"
  private let output = "\(directory)/log"
  private var pid: pid_t = 0

  /// Prepares it; nothing of an earlier one is left.
  init(_ text: String) throws {
    try Lab.shell("rm -rf \(Self.directory); mkdir -p \(Self.directory)/up; ipvsadm -C")
    try configure(text)
  }

  deinit { end(SIGKILL) }

  /// The file whose existence says that a server is well; its checks say `file: {path: …/up/{address}}`.
  static func file(of server: String) -> String { "\(directory)/up/\(server)" }

  /// The check that looks for it.
  static let fileCheck =
    "{file: {path: \"\(file(of: "{address}"))\"}, interval: 100ms, timeout: 100ms, rise: 1, fall: 1}"

  /// Replaces the configuration file; nil: there is none.
  func configure(_ text: String?) throws {
    guard let text else {
      try Lab.shell("rm -f \(Self.configuration)")
      return
    }
    guard let file = fopen(Self.configuration, "w") else {
      throw Lab.Failure(description: "\(Self.configuration): \(errno)")
    }
    fputs(text, file)
    fclose(file)
  }

  /// Starts it, with an empty log, and waits until it serves or for as long as it is told.
  func start(waits: Bool = true, within time: Duration = .seconds(60)) throws {
    let line = "\(Lab.pintle) run --runtime-directory \(Self.directory) --config \(Self.configuration)"
    pid = pid_t(try Lab.shell("\(line) >\(output) 2>&1 </dev/null & echo $!").dropLast()) ?? 0
    guard pid > 0 else { throw Lab.Failure(description: "no process") }
    if waits { try wait("it serves", within: time) { try count("serving ") > 0 } }
  }

  /// Ends it and waits for its end; its status as wait(1) tells it is not known.
  func end(_ signal: Int32) {
    guard pid > 0 else { return }
    kill(pid, signal)
    let deadline = ContinuousClock.now + .seconds(20)
    // It is a child of a shell that is gone, so that nobody here could wait for it.
    while access("/proc/\(pid)/stat", F_OK) == 0, !isZombie, ContinuousClock.now < deadline { usleep(5000) }
    pid = 0
  }

  private var isZombie: Bool {
    (try? Lab.shell("cat /proc/\(pid)/stat").contains(") Z ")) ?? true
  }

  /// Sends it a signal.
  func signal(_ signal: Int32) { kill(pid, signal) }

  /// What it said.
  var log: String {
    get throws { try Lab.shell("cat \(output)") }
  }

  /// How many lines of it say something.
  func count(_ text: String) throws -> Int {
    Int(try Lab.shell("grep -cF -e '\(text)' \(output) || true").dropLast()) ?? 0
  }

  /// Reads the file again, and waits until it said what became of it.
  func reload(within time: Duration = .seconds(30)) throws {
    let before = try count("configuration ") + count("reload failed")
    signal(SIGHUP)
    try wait("the reload", within: time) { try count("configuration ") + count("reload failed") > before }
  }

  /// Waits until something is so.
  func wait(_ what: String, within time: Duration = .seconds(60), _ isSo: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + time
    while try !isSo() {
      guard ContinuousClock.now < deadline else {
        throw Lab.Failure(
          description: "waited \(time) in vain for: \(what)\n\(try log)\n\(try Lab.shell("ipvsadm -S -n"))")
      }
      usleep(20_000)
    }
  }
}
