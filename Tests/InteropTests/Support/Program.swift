import Glibc
import Synchronization
import TestSupport

/// A program that a test has started, with everything that it starts itself.
final class Program: Sendable {
  /// The program under test, which lies beside the tests.
  static let pintle: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count)
    let bytes = path[..<max(length, 0)].map { UInt8(bitPattern: $0) }
    let own = String(decoding: bytes, as: UTF8.self)
    return own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/pintle"
  }()
  private static let count = Atomic(0)

  /// How many programs have been started.
  static var started: Int { count.load(ordering: .relaxed) }

  /// The number of its process, and of its group.
  let id: pid_t
  private let log: String
  private let isReaped = Mutex(false)

  /// Starts a command in a process group of its own.
  init(_ command: [String]) throws {
    mkdir(Files.directory, 0o755)
    log = "\(Files.directory)/log-\(Self.count.add(1, ordering: .relaxed).newValue)"
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var id = pid_t()
    let error = posix_spawnp(&id, command[0], &actions, &attributes, &arguments, environ)
    guard error == 0 else { throw Shell.Failure(description: "\(command[0]): errno \(error)") }
    self.id = id
  }

  /// What it has printed.
  var output: String { Files.read(log) }

  /// Sends a signal to it alone.
  func signal(_ number: Int32) {
    _ = kill(id, number)
  }

  /// Sends a signal to it and to all that it has started.
  func signalAll(_ number: Int32) {
    _ = kill(-id, number)
  }

  /// Asks it to end, and waits until it has; one that does not within five seconds is ended.
  func terminate() {
    signal(SIGTERM)
    for _ in 0..<500 {
      if reap(WNOHANG) { return }
      usleep(10_000)
    }
    end()
  }

  /// Ends it and all that it has started, at once.
  func end() {
    signalAll(SIGCONT)
    signalAll(SIGKILL)
    _ = reap(0)
  }

  /// Takes note of its end; false: it has not ended.
  private func reap(_ options: Int32) -> Bool {
    isReaped.withLock { isReaped in
      guard !isReaped else { return true }
      var status: Int32 = 0
      isReaped = waitpid(id, &status, options) != 0
      return isReaped
    }
  }
}
