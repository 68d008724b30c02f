/// Length-checked values of attributes. Netlink is in host order, but for what is said to be in network order.
extension RawSpan {
  /// The value as one byte.
  package func byte() throws(WireError) -> UInt8 { try number() }

  /// The value as 16 bits in host order.
  package func uint16() throws(WireError) -> UInt16 { try number() }

  /// The value as 16 bits in network order.
  package func uint16InNetworkOrder() throws(WireError) -> UInt16 { UInt16(bigEndian: try number()) }

  /// The value as 32 bits in host order.
  package func uint32() throws(WireError) -> UInt32 { try number() }

  /// The value as 32 bits in network order.
  package func uint32InNetworkOrder() throws(WireError) -> UInt32 { UInt32(bigEndian: try number()) }

  /// The value as 64 bits in host order.
  package func uint64() throws(WireError) -> UInt64 { try number() }

  /// The value as a NUL-terminated ASCII string.
  package func string() throws(WireError) -> String {
    var bytes: [UInt8] = []
    for offset in 0..<byteCount {
      let byte: UInt8 = try load(at: offset)
      if byte == 0 { return String(decoding: bytes, as: UTF8.self) }
      guard byte < 0x80 else { throw .notAString }
      bytes.append(byte)
    }
    throw .notAString
  }

  /// The value as the name of an interface, which may be of any bytes but NUL and a few more (dev_valid_name of the kernel);
  /// those that are no UTF-8 are replaced.
  package func interfaceName() throws(WireError) -> String {
    let bytes = try prefix(byteCount)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The first bytes of the value, at least `count` of them.
  package func prefix(_ count: Int) throws(WireError) -> [UInt8] {
    guard byteCount >= count else { throw .wrongLength(expected: count, found: byteCount) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for offset in 0..<count { bytes.append(try load(at: offset)) }
    return bytes
  }

  /// Reads a number in host order at an offset, aligned or not.
  package func load<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as: Number.Type = Number.self
  ) throws(WireError) -> Number {
    let size = MemoryLayout<Number>.size
    guard offset >= 0, offset <= byteCount - size else {
      throw .truncated(needed: offset + size, available: byteCount)
    }
    // The one place where netlink's bytes become numbers; the bounds are checked above.
    return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self)
  }

  private func number<Number: FixedWidthInteger & BitwiseCopyable>() throws(WireError) -> Number {
    guard byteCount == MemoryLayout<Number>.size else {
      throw .wrongLength(expected: MemoryLayout<Number>.size, found: byteCount)
    }
    return try load(at: 0)
  }
}
