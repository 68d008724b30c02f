internal import Glibc

/// What the process may do.
enum Privileges {
  /// Whether CAP_NET_ADMIN (12) is among the effective capabilities, in whichever user namespace.
  static var hasNetworkAdministration: Bool {
    guard let file = unsafe fopen("/proc/self/status", "re") else { return false }
    defer { unsafe fclose(file) }
    var buffer = [CChar](repeating: 0, count: 512)
    while unsafe fgets(&buffer, Int32(buffer.count), file) != nil {
      let line = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard line.hasPrefix("CapEff:") else { continue }
      let digits = line.dropFirst("CapEff:".count).filter(\.isHexDigit)
      return UInt64(digits, radix: 16).map { $0 & 1 << 12 != 0 } ?? false
    }
    return false
  }
}
