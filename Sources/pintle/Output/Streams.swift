internal import Glibc
internal import Model

/// Writes text to standard output as it is; a reader that went away ends the program quietly, and where it cannot be
/// written, as to a full disk, the program ends with exit status 1: half an output must not look like a whole one.
func writeOutput(_ text: String) {
  guard let error = write(text, to: STDOUT_FILENO) else { return }
  writeError("cannot write to standard output: \(systemErrorText(error))")
  exit(EXIT_FAILURE)
}

/// Writes a line to standard error, with the program's name before it.
func writeError(_ line: String) {
  write("pintle: \(line)\n", to: STDERR_FILENO)
}

/// Writes a line to standard error as it is.
func writeErrorLine(_ line: String) {
  write(line + "\n", to: STDERR_FILENO)
}

/// Writes all of a text; the error's number where that fails.
@discardableResult
private func write(_ text: String, to descriptor: Int32) -> Int32? {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written > 0 {
      bytes = bytes.dropFirst(written)
    } else if errno != EINTR {
      return errno
    }
  }
  return nil
}
