import Glibc
import Model
import TestSupport

/// An address as the socket calls want it.
struct SocketAddress {
  let family: Int32
  private let bytes: [UInt8]

  /// Reads `10.0.0.250:6443` or `[fd00::250]:6443`.
  init(_ text: String) throws {
    guard let endpoint = Endpoint(text) else { throw Lab.Failure(description: "'\(text)' is no endpoint") }
    let port = [UInt8(endpoint.port >> 8), UInt8(truncatingIfNeeded: endpoint.port)]
    switch endpoint.address {
    case .ipv4(let address):
      family = AF_INET
      bytes =
        withUnsafeBytes(of: sa_family_t(AF_INET), Array.init) + port + address.octets
        + [UInt8](repeating: 0, count: 8)
    case .ipv6(let address):
      family = AF_INET6
      bytes =
        withUnsafeBytes(of: sa_family_t(AF_INET6), Array.init) + port + [0, 0, 0, 0] + address.octets + [
          0, 0, 0, 0,
        ]
    }
  }

  /// Runs something with its address in memory.
  func withPointer(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Int32) -> Int32 {
    bytes.withUnsafeBytes {
      body($0.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t($0.count))
    }
  }
}
