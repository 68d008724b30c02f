/// A netlink message that is no generic one: an acknowledgement, or the end of a dump.
struct RawMessage {
  var bytes: [UInt8] = []

  init(type: UInt16, flags: UInt16, sequence: UInt32) {
    append(UInt32(0))
    append(type)
    append(flags)
    append(sequence)
    append(UInt32(0))
  }

  mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }

  /// The bytes, with the length filled in.
  var finished: [UInt8] {
    var bytes = bytes
    withUnsafeBytes(of: UInt32(bytes.count)) { bytes.replaceSubrange(0..<4, with: $0) }
    return bytes
  }
}
