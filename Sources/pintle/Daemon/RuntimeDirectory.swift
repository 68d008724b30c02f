internal import Glibc
internal import Model
internal import Netlink

/// What Pintle remembers across its restarts, but not across the host's: `/run/pintle`.
struct RuntimeDirectory: Sendable {
  /// The folder.
  let path: String

  /// The services that Pintle made, one a line; what is not in it is another's, and is never deleted.
  var ownership: OwnershipRecord { OwnershipRecord(file: RuntimeFile("\(path)/services")) }
  /// The servers that the operator took out.
  var maintenance: MaintenanceRecord { MaintenanceRecord(file: RuntimeFile("\(path)/maintenance")) }
  /// The virtual routers that the operator handed over, by their names, one a line.
  var handover: RuntimeFile { RuntimeFile("\(path)/handover") }

  /// Makes it this process's own until the lock that is returned goes; waits 200 ms for another that has it.
  ///
  /// - Throws: where another process has it, or it cannot be made.
  func lock() throws(Failure) -> RuntimeLock {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw Failure(
        "cannot make \(path): \(errorText(errno)) (run as root, or name another --runtime-directory)")
    }
    let file = "\(path)/lock"
    var descriptor = RuntimeFile.make(file, O_RDWR)
    if descriptor < 0, errno == EEXIST { descriptor = open(file, O_RDWR | O_NOFOLLOW | O_CLOEXEC) }
    guard descriptor >= 0 else {
      let why = errorText(errno)
      throw Failure("cannot open \(file): \(why)\(RuntimeFile.hint(about: file))")
    }
    var attempts = 20
    // A guard has it for the moment in which it takes addresses off.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let isTaken = errno == EWOULDBLOCK
      attempts -= 1
      if isTaken, attempts > 0 {
        usleep(10_000)
        continue
      }
      let why =
        isTaken
        ? "another pintle has it: a daemon, apply or cleanup (fuser \(file) tells which)" : errorText(errno)
      close(descriptor)
      throw Failure("cannot use \(path): \(why)")
    }
    return RuntimeLock(descriptor: descriptor)
  }
}
