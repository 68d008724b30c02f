internal import Glibc
internal import Netlink

/// Why a file cannot be read.
struct FileError: Error, CustomStringConvertible {
  let description: String
}

/// Reads a file, or standard input where the path is `-`, up to a number of bytes; more is an error.
func readFile(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
  let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(description: errorText(errno)) }
  defer { close(descriptor) }
  var contents: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count == 0 { return contents }
    if count < 0 {
      if errno == EINTR { continue }
      throw FileError(description: errorText(errno))
    }
    contents += buffer[..<count]
    guard contents.count <= limit else { throw FileError(description: "larger than \(limit >> 20) MiB") }
  }
}
