import Glibc
import Model

/// What a regular file held when it was last looked at.
struct FileContents: Sendable {
  /// Which version of the file that was.
  let version: FileVersion
  /// What it held, or why that is of no use.
  let bytes: Result<[UInt8], ProbeFailure>

  /// Reads a file, unless this version of it is known.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` if there is no such file.
  init(of path: String, unless known: FileContents?) throws(ProbeFailure) {
    version = try FileVersion(of: path)
    bytes =
      if let known, known.version == version {
        known.bytes
      } else {
        Result { () throws(ProbeFailure) in try contents(of: path) }
      }
  }
}

extension [UInt8] {
  /// All but the white space at both ends.
  var trimmed: ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let begun = drop(while: isSpace)
    return begun.prefix(begun.reversed().drop(while: isSpace).count)
  }
}

/// The contents of a regular file of at most 4 MiB.
///
/// - Throws: ``ProbeFailure`` `.misconfigured` with the reason.
func contents(of path: String) throws(ProbeFailure) -> [UInt8] {
  let limit = 4 << 20
  // A FIFO without a writer must not hold the thread.
  let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard file >= 0 else { throw .unreadable(path) }
  defer { close(file) }

  var status = stat()
  guard fstat(file, &status) == 0 else { throw .unreadable(path) }
  guard status.st_mode & S_IFMT == S_IFREG else { throw .misconfigured("\(path): not a regular file") }

  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = read(file, &chunk, chunk.count)
    if count == 0 { return bytes }
    if count < 0 {
      if errno == EINTR { continue }
      throw .unreadable(path)
    }
    bytes += chunk[..<count]
    guard bytes.count <= limit else { throw .misconfigured("\(path): larger than 4 MiB") }
  }
}
