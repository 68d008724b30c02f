package import Model
package import Netlink

//  Nest DEST of IPVS_CMD_*_DEST:
//
//  | ADDR_FAMILY ADDR PORT | FWD_METHOD WEIGHT U_THRESH L_THRESH TUN_TYPE TUN_PORT TUN_FLAGS | *_CONNS STATS64 (answers) |
//  |<----- the key ------->|<-------------------- the settings ---------------------------->|

extension Endpoint {
  /// Writes the attributes that name a destination.
  package func encode(into writer: inout MessageWriter) {
    writer.uint16(DestinationAttribute.addressFamily, address.family.number)
    writer.octets(DestinationAttribute.address, address.octets)
    writer.uint16InNetworkOrder(DestinationAttribute.port, port)
  }
}

extension RealServer {
  /// Writes all attributes: the kernel knows no partial update, and a missing tunnel would mean IP in IP.
  package func encode(into writer: inout MessageWriter) {
    endpoint.encode(into: &writer)
    writer.uint32(DestinationAttribute.forwardingMethod, forwarding.number)
    writer.uint32(DestinationAttribute.weight, weight)
    writer.uint32(DestinationAttribute.upperThreshold, upperThreshold)
    writer.uint32(DestinationAttribute.lowerThreshold, lowerThreshold)
    if case .tunnel(let tunnel) = forwarding {
      writer.byte(DestinationAttribute.tunnelType, tunnel.typeNumber)
      writer.uint16InNetworkOrder(DestinationAttribute.tunnelPort, tunnel.port)
      writer.uint16(DestinationAttribute.tunnelFlags, tunnel.checksum.rawValue)
    }
  }
}

extension ForwardingMethod {
  /// `IP_VS_CONN_F_*`, the low three bits.
  var number: UInt32 {
    switch self {
    case .nat: 0
    case .local: 1
    case .tunnel: 2
    case .direct: 3
    case .bypass: 4
    }
  }
}

extension Tunnel {
  /// `IP_VS_CONN_F_TUNNEL_TYPE_*`.
  fileprivate var typeNumber: UInt8 {
    switch self {
    case .ipip: 0
    case .gue: 1
    case .gre: 2
    }
  }

  fileprivate var port: UInt16 {
    if case .gue(let port, _) = self { port } else { 0 }
  }

  fileprivate var checksum: Checksum {
    switch self {
    case .ipip: .none
    case .gue(_, let checksum), .gre(let checksum): checksum
    }
  }

  /// The tunnel of the kernel's three numbers; a type that this vocabulary lacks is invalid.
  fileprivate init(type: UInt8, port: UInt16, flags: UInt16) throws(WireError) {
    // The kernel tests the flags one by one, the remote checksum last.
    let checksum: Checksum = flags & 2 != 0 ? .remote : flags & 1 != 0 ? .full : .none
    switch type {
    case 0: self = .ipip
    case 1: self = .gue(port: port, checksum)
    case 2: self = .gre(checksum)
    default: throw .invalid(attribute: DestinationAttribute.tunnelType)
    }
  }
}

extension ServerStatus {
  /// Reads the nest of a destination of a service of this family.
  package init(decoding nest: RawSpan, serviceFamily: AddressFamily) throws(WireError) {
    var family = serviceFamily
    var octets: [UInt8] = []
    var port: UInt16 = 0
    var method: UInt32 = 0
    var weight: UInt32 = 0
    var upper: UInt32 = 0
    var lower: UInt32 = 0
    var tunnelType: UInt8 = 0
    var tunnelPort: UInt16 = 0
    var tunnelFlags: UInt16 = 0
    var connections = ConnectionCounts()
    var statistics = TrafficStatistics()
    var hasWideStatistics = false

    try forEachAttribute(in: nest) { type, value throws(WireError) in
      switch type {
      case DestinationAttribute.address: octets = try value.prefix(min(value.byteCount, 16))
      case DestinationAttribute.port: port = try value.uint16InNetworkOrder()
      case DestinationAttribute.forwardingMethod: method = try value.uint32()
      case DestinationAttribute.weight: weight = try value.uint32()
      case DestinationAttribute.upperThreshold: upper = try value.uint32()
      case DestinationAttribute.lowerThreshold: lower = try value.uint32()
      case DestinationAttribute.activeConnections: connections.active = try value.uint32()
      case DestinationAttribute.inactiveConnections: connections.inactive = try value.uint32()
      case DestinationAttribute.persistentConnections: connections.persistent = try value.uint32()
      case DestinationAttribute.addressFamily:
        let number = try value.uint16()
        if number != 0 {
          guard let stated = AddressFamily(number: number) else { throw .invalid(attribute: type) }
          family = stated
        }
      case DestinationAttribute.tunnelType: tunnelType = try value.byte()
      case DestinationAttribute.tunnelPort: tunnelPort = try value.uint16InNetworkOrder()
      case DestinationAttribute.tunnelFlags: tunnelFlags = try value.uint16()
      case DestinationAttribute.statistics64:
        statistics = try TrafficStatistics(decoding: value)
        hasWideStatistics = true
      case DestinationAttribute.statistics where !hasWideStatistics:
        statistics = try TrafficStatistics(decoding: value)
      default: break
      }
    }

    let forwarding: ForwardingMethod
    switch method & 7 {
    case 0: forwarding = .nat
    case 1: forwarding = .local
    case 2: forwarding = .tunnel(try Tunnel(type: tunnelType, port: tunnelPort, flags: tunnelFlags))
    case 3: forwarding = .direct
    case 4: forwarding = .bypass
    default: throw .invalid(attribute: DestinationAttribute.forwardingMethod)
    }
    guard octets.count >= family.addressLength,
      let address = IPAddress(octets: octets.prefix(family.addressLength))
    else { throw .missing(attribute: DestinationAttribute.address) }
    self.init(
      RealServer(
        Endpoint(address, port: port), forwarding: forwarding, weight: weight, upperThreshold: upper,
        lowerThreshold: lower),
      connections: connections, statistics: statistics)
  }
}
