package import Model
package import Netlink

//  Nest SERVICE of IPVS_CMD_*_SERVICE:
//
//  | AF | PROTOCOL  ADDR  PORT   or   FWMARK | SCHED_NAME  FLAGS  TIMEOUT  NETMASK  [PE_NAME] | STATS64 (answers) |
//  |<-------------- the key -------------->|<-------------- the settings -------------->|

extension ServiceKey {
  /// Writes the attributes that name a service.
  package func encode(into writer: inout MessageWriter) {
    writer.uint16(ServiceAttribute.addressFamily, family.number)
    switch self {
    case .endpoint(let transport, let endpoint):
      writer.uint16(ServiceAttribute.transport, UInt16(transport.number))
      writer.octets(ServiceAttribute.address, endpoint.address.octets)
      writer.uint16InNetworkOrder(ServiceAttribute.port, endpoint.port)
    case .firewallMark(let mark, _):
      writer.uint32(ServiceAttribute.firewallMark, mark)
    }
  }
}

extension VirtualService {
  /// Writes all attributes: the kernel knows no partial update.
  package func encode(into writer: inout MessageWriter) {
    key.encode(into: &writer)
    writer.string(ServiceAttribute.scheduler, scheduler.name)
    let flags = ServiceFlags(self)
    writer.octets(ServiceAttribute.flags, flags.octets)
    writer.uint32(ServiceAttribute.timeout, persistence?.timeout ?? 0)
    // Required even where nothing persists; an IPv6 service with 0 is refused.
    let mask = persistence?.mask ?? Persistence.hostMask(key.family)
    switch key.family {
    case .ipv4: writer.uint32InNetworkOrder(ServiceAttribute.netmask, mask)
    case .ipv6: writer.uint32(ServiceAttribute.netmask, mask)
    }
    // Left out, it takes away the one that is there, as it should.
    if let persistenceEngine { writer.string(ServiceAttribute.persistenceEngine, persistenceEngine.name) }
  }
}

/// A service's flags as the kernel has them (`IP_VS_SVC_F_*`).
package struct ServiceFlags: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let persistent = ServiceFlags(rawValue: 0x01)
  /// The kernel's own, in answers: the service is in its hash table.
  package static let hashed = ServiceFlags(rawValue: 0x02)
  package static let onePacket = ServiceFlags(rawValue: 0x04)

  /// The flags that a service's settings come to.
  package init(_ service: VirtualService) {
    var flags = ServiceFlags(rawValue: service.schedulerFlags.intersection(.all).rawValue)
    if service.persistence != nil { flags.insert(.persistent) }
    if service.isOnePacket { flags.insert(.onePacket) }
    self = flags
  }

  /// The flags and a mask of all ones: what is not set is cleared.
  package var octets: [UInt8] {
    [rawValue, .max].flatMap { value in unsafe withUnsafeBytes(of: value) { unsafe Array($0) } }
  }
}

extension ServiceStatus {
  /// Reads the nest of a service; nil for one that this vocabulary has no words for, such as a protocol of its own.
  package init?(decoding nest: RawSpan) throws(WireError) {
    var family: AddressFamily?
    var transport: UInt16 = 0
    var octets: [UInt8] = []
    var port: UInt16 = 0
    var mark: UInt32 = 0
    var scheduler = ""
    var flags = ServiceFlags()
    var timeout: UInt32 = 0
    var netmask: UInt32?
    var engine = ""
    var statistics = TrafficStatistics()
    var hasWideStatistics = false

    try forEachAttribute(in: nest) { type, value throws(WireError) in
      switch type {
      case ServiceAttribute.addressFamily: family = AddressFamily(number: try value.uint16())
      case ServiceAttribute.transport: transport = try value.uint16()
      case ServiceAttribute.address: octets = try value.prefix(min(value.byteCount, 16))
      case ServiceAttribute.port: port = try value.uint16InNetworkOrder()
      case ServiceAttribute.firewallMark: mark = try value.uint32()
      case ServiceAttribute.scheduler: scheduler = try value.string()
      case ServiceAttribute.flags: flags = ServiceFlags(rawValue: try value.load(at: 0))
      case ServiceAttribute.timeout: timeout = try value.uint32()
      case ServiceAttribute.netmask: netmask = try value.uint32()
      case ServiceAttribute.persistenceEngine: engine = try value.string()
      case ServiceAttribute.statistics64:
        statistics = try TrafficStatistics(decoding: value)
        hasWideStatistics = true
      case ServiceAttribute.statistics where !hasWideStatistics:
        statistics = try TrafficStatistics(decoding: value)
      default: break
      }
    }

    guard let family else { return nil }
    let key: ServiceKey
    if mark != 0 {
      key = .firewallMark(mark, family)
    } else {
      guard let transport = TransportProtocol(number: transport) else { return nil }
      guard octets.count >= family.addressLength else { throw .missing(attribute: ServiceAttribute.address) }
      guard let address = IPAddress(octets: octets.prefix(family.addressLength)) else { return nil }
      key = .endpoint(transport, Endpoint(address, port: port))
    }
    guard let scheduler = Scheduler(scheduler) else { throw .invalid(attribute: ServiceAttribute.scheduler) }
    let mask = netmask.map { family == .ipv4 ? UInt32(bigEndian: $0) : $0 } ?? Persistence.hostMask(family)
    self.init(
      VirtualService(
        key, scheduler: scheduler,
        schedulerFlags: SchedulerFlags(rawValue: flags.rawValue).intersection(.all),
        persistence: flags.contains(.persistent) ? Persistence(timeout: timeout, mask: mask) : nil,
        persistenceEngine: PersistenceEngine(engine), isOnePacket: flags.contains(.onePacket)),
      statistics: statistics)
  }
}
