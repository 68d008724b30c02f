package import Netlink

/// What the kernel's IPVS says of itself.
public struct KernelInfo: Hashable, Sendable {
  /// The version as three numbers: 1.2.1 in all current kernels.
  public var version: (major: Int, minor: Int, patch: Int) {
    (Int(versionNumber >> 16), Int(versionNumber >> 8 & 0xFF), Int(versionNumber & 0xFF))
  }
  /// The number of buckets of the connection table.
  public var connectionTableSize: UInt32

  private var versionNumber: UInt32

  /// Reads the attributes of the answer to `getInfo`.
  package init(decoding message: RawSpan) throws(WireError) {
    var version: UInt32 = 0
    var size: UInt32 = 0
    try forEachAttribute(in: message) { type, value throws(WireError) in
      switch type {
      case InfoAttribute.version: version = try value.uint32()
      case InfoAttribute.connectionTableSize: size = try value.uint32()
      default: break
      }
    }
    versionNumber = version
    connectionTableSize = size
  }
}
