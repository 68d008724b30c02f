internal import CKernel
internal import Glibc
package import Model

/// A program that runs in a process group of its own, with nothing of the daemon's but its user and its limits.
///
/// It inherits no capability, and when memory is short it goes before the daemon, which its unit protects.
/// It has no standard input, its output goes nowhere, every other descriptor is closed, no signal is blocked or
/// ignored, and its environment is exactly what it is given.
package struct ChildProcess: Sendable {
  /// How a program ended.
  package enum End: Hashable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case killed(Int32)
    /// Somebody else has reaped it; the raw error number.
    case lost(Int32)
  }

  /// Its process and its group.
  private let id: pid_t

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: the path and the arguments.
  ///   - environment: `NAME=value`.
  /// - Throws: ``ProbeFailure`` `.misconfigured` if it cannot be started.
  package init(_ command: [String], environment: [String]) throws(ProbeFailure) {
    guard let program = command.first else { throw .misconfigured("no program") }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    // In the child: another thread may open one until then.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)

    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var arguments = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child = pid_t()
    let error = AmbientCapabilities.without {
      posix_spawn(&child, program, &actions, &attributes, &arguments, &variables)
    }
    guard error == 0 else {
      throw .misconfigured("\(program): \(systemErrorText(error))")
    }
    id = child
    giveUpProtection()
  }

  /// Where the kernel is told to spare the daemon when memory is short, it need not spare this one.
  private func giveUpProtection() {
    let own = try? contents(of: "/proc/self/oom_score_adj")
    guard own?.first == UInt8(ascii: "-") else { return }
    let file = open("/proc/\(id)/oom_score_adj", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "0", 1)
    close(file)
  }

  /// How it ended, once; nil: it has not.
  ///
  /// What it left behind in its group ends with it.
  package func reap() -> End? {
    var information = siginfo_t()
    // Left for now: as long as it is a zombie, no other process can have its number.
    guard waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return .lost(errno) }
    guard information._sifields._sigchld.si_pid == id else { return nil }
    kill()
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
  }

  /// Ends it and its whole group.
  package func kill() {
    _ = Glibc.kill(-id, SIGKILL)
  }
}
