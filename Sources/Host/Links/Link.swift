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
  /// Where a tunnel ends on this host: the address that it is bound to.
  package var tunnelEnd: IPAddress?
  /// The index of the interface that it is on top of, or tied to; nil: it stands alone.
  package var parent: Int32?
  /// Whether it is a macvlan in private mode.
  package var isPrivateMacvlan = false
  /// Whether it is a tunnel of GRE that takes packets with a checksum only.
  package var wantsChecksum = false

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
    var tunnelEnd: IPAddress?
    var parent: Int32?
    var info = Info()
    try forEachAttribute(in: message.extracting(droppingFirst: Self.headerLength)) {
      type, value throws(WireError) in
      switch type {
      case LinkAttribute.name: name = try value.interfaceName()
      case LinkAttribute.address where value.byteCount == 6:
        hardwareAddress = MACAddress(octets: try value.prefix(6))
      // A tunnel has its own end for a hardware address.
      case LinkAttribute.address where value.byteCount == 4 || value.byteCount == 16:
        tunnelEnd = IPAddress(octets: try value.prefix(value.byteCount))
      case LinkAttribute.link: parent = Int32(bitPattern: try value.uint32())
      case LinkAttribute.info: info = try Info(value)
      default: break
      }
    }
    self.name = name
    self.hardwareAddress = hardwareAddress
    self.tunnelEnd = tunnelEnd
    self.parent = parent
    isPrivateMacvlan = info.isPrivateMacvlan
    wantsChecksum = info.wantsChecksum
  }

  /// With what a message leaves out that tells of something else than the link, such as a wireless interface's scan.
  func completed(by former: Link?) -> Link {
    guard let former, hardwareAddress == nil, tunnelEnd == nil else { return self }
    var link = self
    link.hardwareAddress = former.hardwareAddress
    link.tunnelEnd = former.tunnelEnd
    link.parent = former.parent
    link.isPrivateMacvlan = former.isPrivateMacvlan
    link.wantsChecksum = former.wantsChecksum
    return link
  }

  /// What a link says of its kind (IFLA_LINKINFO).
  private struct Info {
    var isPrivateMacvlan = false
    var wantsChecksum = false

    init() {}

    init(_ message: RawSpan) throws(WireError) {
      var kind = ""
      var (isPrivateMacvlan, wantsChecksum) = (false, false)
      try forEachAttribute(in: message) { type, value throws(WireError) in
        switch type {
        case LinkAttribute.kind: kind = try value.string()
        // The kind comes first, and each has data of its own.
        case LinkAttribute.data:
          let kind = kind
          try forEachAttribute(in: value) { type, value throws(WireError) in
            switch (kind, type) {
            case (MacvlanKind.name, LinkAttribute.macvlanMode):
              isPrivateMacvlan = try value.uint32() == MacvlanKind.privateMode
            case (TunnelDevice.Kind.gre.rawValue, TunnelAttribute.greInputFlags),
              (TunnelDevice.Kind.ip6gre.rawValue, TunnelAttribute.greInputFlags):
              wantsChecksum = UInt16(bigEndian: try value.load(at: 0)) & TunnelAttribute.greChecksum != 0
            default: break
            }
          }
        default: break
        }
      }
      (self.isPrivateMacvlan, self.wantsChecksum) = (isPrivateMacvlan, wantsChecksum)
    }
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
