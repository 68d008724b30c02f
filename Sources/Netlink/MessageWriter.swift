//  A generic netlink message (struct nlmsghdr, struct genlmsghdr), all in host order:
//
//   0               4       6       8               12              16  17  18      20
//  +---------------+-------+-------+---------------+---------------+---+---+-------+------------+
//  | length        | type  | flags | sequence      | port          |cmd|ver| 0     | attributes |
//  +---------------+-------+-------+---------------+---------------+---+---+-------+------------+

/// Writes messages one behind the other; lengths are filled in when a message or a nest ends.
package struct MessageWriter: Sendable {
  /// What is written so far, padded to a multiple of four bytes after each message.
  package private(set) var bytes: [UInt8] = []

  /// Starts empty.
  package init() {}

  /// Forgets what is written and keeps the room for it.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Writes a generic message whose attributes are those that `body` writes.
  package mutating func message(
    family: UInt16, flags: UInt16, sequence: UInt32, command: UInt8, version: UInt8,
    _ body: (inout MessageWriter) -> Void
  ) {
    message(type: family, flags: flags, sequence: sequence, header: [command, version, 0, 0], body)
  }

  /// Writes a message with its family's own header, and the attributes that `body` writes.
  package mutating func message(
    type: UInt16, flags: UInt16, sequence: UInt32, header: [UInt8], _ body: (inout MessageWriter) -> Void
  ) {
    let start = bytes.count
    append(UInt32(0))
    append(type)
    append(flags)
    append(sequence)
    append(UInt32(0))
    bytes.append(contentsOf: header)
    pad()
    body(&self)
    patch(UInt32(bytes.count - start), at: start)
  }

  /// Writes a nest whose attributes are those that `body` writes.
  package mutating func nest(_ type: UInt16, _ body: (inout MessageWriter) -> Void) {
    let start = bytes.count
    append(UInt16(0))
    append(type | 0x8000)
    body(&self)
    patch(UInt16(bytes.count - start), at: start)
  }

  /// Writes one byte.
  package mutating func byte(_ type: UInt16, _ value: UInt8) {
    header(type, length: 1)
    bytes.append(value)
    pad()
  }

  /// Writes 16 bits in host order.
  package mutating func uint16(_ type: UInt16, _ value: UInt16) {
    header(type, length: 2)
    append(value)
    pad()
  }

  /// Writes 16 bits in network order.
  package mutating func uint16InNetworkOrder(_ type: UInt16, _ value: UInt16) {
    uint16(type, value.bigEndian)
  }

  /// Writes 32 bits in host order.
  package mutating func uint32(_ type: UInt16, _ value: UInt32) {
    header(type, length: 4)
    append(value)
  }

  /// Writes 32 bits in network order.
  package mutating func uint32InNetworkOrder(_ type: UInt16, _ value: UInt32) {
    uint32(type, value.bigEndian)
  }

  /// Writes 64 bits in host order.
  package mutating func uint64(_ type: UInt16, _ value: UInt64) {
    header(type, length: 8)
    append(value)
  }

  /// Writes bytes as they are.
  package mutating func octets(_ type: UInt16, _ value: some Collection<UInt8>) {
    header(type, length: value.count)
    bytes.append(contentsOf: value)
    pad()
  }

  /// Writes a string and its NUL.
  package mutating func string(_ type: UInt16, _ value: String) {
    header(type, length: value.utf8.count + 1)
    bytes.append(contentsOf: value.utf8)
    bytes.append(0)
    pad()
  }

  private mutating func header(_ type: UInt16, length: Int) {
    append(UInt16(length + 4))
    append(type)
  }

  private mutating func pad() {
    while bytes.count & 3 != 0 { bytes.append(0) }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func patch(_ number: some FixedWidthInteger, at offset: Int) {
    unsafe withUnsafeBytes(of: number) { source in
      for index in source.indices { bytes[offset + index] = unsafe source[index] }
    }
  }
}
