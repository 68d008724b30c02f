package import Model
package import Netlink

extension SyncDaemon {
  /// Writes the attributes of a start; those that are nil are left to the kernel.
  package func encode(into writer: inout MessageWriter) {
    writer.uint32(DaemonAttribute.state, role.rawValue)
    writer.string(DaemonAttribute.interface, interface)
    writer.uint32(DaemonAttribute.syncID, UInt32(syncID))
    if let maximumLength { writer.uint16(DaemonAttribute.maximumLength, maximumLength) }
    switch group {
    case .ipv4(let group): writer.octets(DaemonAttribute.group, group.octets)
    case .ipv6(let group): writer.octets(DaemonAttribute.group6, group.octets)
    case nil: break
    }
    if let port { writer.uint16(DaemonAttribute.port, port) }
    if let timeToLive { writer.byte(DaemonAttribute.timeToLive, timeToLive) }
  }

  /// Reads the nest of a daemon.
  package init(decoding nest: RawSpan) throws(WireError) {
    var role: Role?
    self.init(.master, interface: "", syncID: 0)
    try forEachAttribute(in: nest) { type, value throws(WireError) in
      switch type {
      case DaemonAttribute.state: role = Role(rawValue: try value.uint32())
      case DaemonAttribute.interface: interface = try value.string()
      case DaemonAttribute.syncID: syncID = UInt8(truncatingIfNeeded: try value.uint32())
      case DaemonAttribute.maximumLength: maximumLength = try value.uint16()
      case DaemonAttribute.group: group = try IPAddress(decoding: value, family: .ipv4)
      case DaemonAttribute.group6: group = try IPAddress(decoding: value, family: .ipv6)
      case DaemonAttribute.port: port = try value.uint16()
      case DaemonAttribute.timeToLive: timeToLive = try value.byte()
      default: break
      }
    }
    guard let role else { throw .invalid(attribute: DaemonAttribute.state) }
    self.role = role
  }
}
