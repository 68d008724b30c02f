internal import CKernel
internal import Glibc

/// A pipe to another process that runs this same program: what is written into it is that process's standard input, and
/// its end tells that this process is no more, however it died.
package final class Lifeline: Sendable {
  private let pipe: FileDescriptor
  private let process: pid_t

  /// In error, by epoll(7), once the process is gone.
  package var descriptor: Int32 { pipe.number }

  /// Starts the process, in a process group of its own, so that what a terminal sends to this one spares it.
  ///
  /// It has standard output and error and the blocked signals of this one, no other descriptor, and of the environment
  /// what leads to the journal.
  ///
  /// - Parameter arguments: what it is started with, after the program's name.
  /// - Throws: where there is no process or descriptor left.
  package init(_ arguments: [String]) throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe2(&ends, Int32(O_CLOEXEC)) == 0 else { throw SystemError("pipe2", errno) }
    let reading = try FileDescriptor("pipe2", ends[0])
    pipe = try FileDescriptor("pipe2", ends[1])
    // Only this end: the other process waits for what comes.
    _ = fcntl(pipe.number, F_SETFL, O_NONBLOCK)

    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, reading.number, STDIN_FILENO)
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

    let journal = unsafe getenv("JOURNAL_STREAM").map { "JOURNAL_STREAM=\(unsafe String(cString: $0))" }
    var words = unsafe (["pintle"] + arguments).map { unsafe strdup($0) } + [nil]
    var environment = unsafe [journal].compactMap(\.self).map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + environment).forEach { unsafe free($0) } }
    var child = pid_t()
    let error = unsafe posix_spawn(
      &child, "/proc/self/exe", &actions, &attributes, &words, &environment)
    guard error == 0 else { throw SystemError("posix_spawn", error) }
    process = child
  }

  deinit {
    // One that has ended before is reaped.
    _ = waitpid(process, nil, WNOHANG)
  }

  /// Sends the process lines, without waiting.
  ///
  /// - Throws: where it is gone, or has long not read.
  package func send(_ lines: [String]) throws(SystemError) {
    var bytes: [UInt8] = []
    for line in lines {
      if bytes.count + line.utf8.count >= PIPE_BUF {
        try writeWhole(bytes)
        bytes = []
      }
      bytes += line.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    try writeWhole(bytes)
  }

  /// Writes up to PIPE_BUF bytes, which go as a whole or not at all (pipe(7)).
  private func writeWhole(_ bytes: [UInt8]) throws(SystemError) {
    guard unsafe write(pipe.number, bytes, bytes.count) == bytes.count else {
      throw SystemError("write", errno)
    }
  }
}
