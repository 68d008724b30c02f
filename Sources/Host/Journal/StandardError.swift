internal import Glibc

/// What standard error is.
package enum StandardError {
  /// Whether it leads to the journal, by `$JOURNAL_STREAM` (systemd.exec(5)): a service whose standard error is there
  /// may speak the native protocol instead.
  package static var isJournal: Bool {
    guard let stream = unsafe getenv("JOURNAL_STREAM") else { return false }
    var found = stat()
    guard unsafe fstat(STDERR_FILENO, &found) == 0 else { return false }
    return unsafe String(cString: stream) == "\(found.st_dev):\(found.st_ino)"
  }
}
