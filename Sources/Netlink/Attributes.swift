//  An attribute (struct nlattr), padded to a multiple of four bytes:
//
//   0               2               4
//  +---------------+---------------+-----------------+---------+
//  | length        | type          | value           | padding |
//  +---------------+---------------+-----------------+---------+
//  |<-------- length: header and value ------------->|

/// Walks the attributes of a message or of a nest, in their order.
///
/// The two top bits of a type (`NLA_F_NESTED`, `NLA_F_NET_BYTEORDER`) are masked off: IPVS sets neither, others do.
/// - Throws: ``WireError`` where a length leaves its frame, and whatever `body` throws.
package func forEachAttribute(
  in bytes: RawSpan, _ body: (_ type: UInt16, _ value: RawSpan) throws(WireError) -> Void
) throws(WireError) {
  var offset = 0
  while offset < bytes.byteCount {
    let length = Int(try bytes.load(at: offset, as: UInt16.self))
    let type = try bytes.load(at: offset + 2, as: UInt16.self)
    guard length >= 4 else { throw .truncated(needed: 4, available: length) }
    guard length <= bytes.byteCount - offset else {
      throw .truncated(needed: length, available: bytes.byteCount - offset)
    }
    try body(type & 0x3FFF, bytes.extracting((offset + 4)..<(offset + length)))
    offset += (length + 3) & ~3
  }
}
