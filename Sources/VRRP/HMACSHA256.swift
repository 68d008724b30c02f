/// HMAC-SHA256 (RFC 2104): a hash that only who has the key can compute.
struct HMACSHA256: Sendable {
  /// The hashes after the padded key alone, which are the same for every message.
  private let inner: SHA256
  private let outer: SHA256

  /// Prepares a key of any length.
  init(key: [UInt8]) {
    var key = key.count > SHA256.blockLength ? SHA256.digest(of: key) : key
    key += [UInt8](repeating: 0, count: SHA256.blockLength - key.count)
    var (inner, outer) = (SHA256(), SHA256())
    inner.update(key.map { $0 ^ 0x36 })
    outer.update(key.map { $0 ^ 0x5C })
    self.inner = inner
    self.outer = outer
  }

  /// The 32 bytes for a message.
  func code(for message: [UInt8]) -> [UInt8] {
    var inner = inner
    inner.update(message)
    var outer = outer
    outer.update(inner.digest())
    return outer.digest()
  }
}
