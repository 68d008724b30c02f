internal import Glibc

/// Writes text to standard output as it is; a reader that went away ends the program quietly.
func writeOutput(_ text: String) {
  write(text, to: STDOUT_FILENO)
}

/// Writes a line to standard error, with the program's name before it.
func writeError(_ line: String) {
  write("pintle: \(line)\n", to: STDERR_FILENO)
}

/// Writes a line to standard error as it is.
func writeErrorLine(_ line: String) {
  write(line + "\n", to: STDERR_FILENO)
}

private func write(_ text: String, to descriptor: Int32) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written > 0 {
      bytes = bytes.dropFirst(written)
    } else if errno != EINTR {
      return
    }
  }
}
