internal import Glibc

/// The lines of a file, which the kernel may write while it is read; none where there is no such file.
func lines(ofFile path: String) -> [Substring] {
  guard let file = unsafe fopen(path, "re") else { return [] }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 14)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
