import Glibc

/// A program that is run to its end.
enum Command {
  struct Failure: Error {
    var command: [String]
    var status: Int32
  }

  /// Runs a program that is found in PATH, without an environment and without output.
  ///
  /// - Throws: ``Failure`` if it does not exit with 0.
  static func run(_ command: [String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    let error = posix_spawnp(&child, command[0], &actions, nil, &arguments, [nil])
    guard error == 0 else { throw Failure(command: command, status: error) }

    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Failure(command: command, status: status) }
  }
}
