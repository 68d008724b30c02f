internal import CKernel
internal import Glibc
package import Model
internal import Netlink

/// A network interface, as the kernel describes it.
package struct Link: Hashable, Sendable {
  /// The kernel's number of it; one that is made anew under the same name has another.
  package var index: Int32
  /// Its name, at most 15 bytes.
  package var name: String
  /// Whether the administrator has it up.
  package var isUp: Bool
  /// Whether it can carry packets: a cable, and whatever else its driver waits for.
  package var isRunning: Bool
  /// Its hardware address, where that is one of Ethernet.
  package var hardwareAddress: MACAddress?

  /// Joins the parts.
  package init(
    index: Int32, name: String, isUp: Bool, isRunning: Bool, hardwareAddress: MACAddress? = nil
  ) {
    self.index = index
    self.name = name
    self.isUp = isUp
    self.isRunning = isRunning
    self.hardwareAddress = hardwareAddress
  }
}

extension Link {
  /// The length of struct ifinfomsg.
  static let headerLength = 16

  //   0       1       2       4               8               12              16
  //  +-------+-------+-------+---------------+---------------+---------------+
  //  | family| 0     | type  | index         | flags         | change        |   struct ifinfomsg
  //  +-------+-------+-------+---------------+---------------+---------------+
  init(message: RawSpan) throws(WireError) {
    index = try message.load(at: 4)
    let flags: UInt32 = try message.load(at: 8)
    isUp = flags & UInt32(IFF_UP) != 0
    isRunning = flags & UInt32(IFF_RUNNING) != 0
    var name = ""
    var hardwareAddress: MACAddress?
    try forEachAttribute(in: message.extracting(droppingFirst: Self.headerLength)) {
      type, value throws(WireError) in
      switch type {
      case LinkAttribute.name: name = try value.string()
      case LinkAttribute.address where value.byteCount == 6:
        hardwareAddress = MACAddress(octets: try value.prefix(6))
      default: break
      }
    }
    self.name = name
    self.hardwareAddress = hardwareAddress
  }

  /// struct ifinfomsg of a request about this index, with flags to set.
  static func header(index: Int32 = 0, flags: UInt32 = 0, change: UInt32 = 0) -> [UInt8] {
    [0, 0, 0, 0] + bytes(index) + bytes(flags) + bytes(change)
  }
}

/// The bytes of a number in host order.
func bytes(_ number: some FixedWidthInteger & BitwiseCopyable) -> [UInt8] {
  unsafe withUnsafeBytes(of: number) { unsafe Array($0) }
}
