package import Model

extension ForwardingTable {
  /// A table of up to `maximum` services with up to five servers each: all that a kernel with these schedulers
  /// accepts, in random parts.
  package static func random(
    using generator: inout some RandomNumberGenerator, upTo maximum: Int = 8,
    schedulers: [Scheduler] = Scheduler.known
  ) -> ForwardingTable {
    let entries = (0..<Int.random(in: 1...maximum, using: &generator)).map { _ -> Entry in
      let service = VirtualService.random(using: &generator, schedulers: schedulers)
      let servers = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        RealServer.random(in: service.key, using: &generator)
      }
      return Entry(service, servers: servers)
    }
    return ForwardingTable(entries)
  }
}

extension VirtualService {
  /// A service with a random key and random settings.
  package static func random(
    using generator: inout some RandomNumberGenerator, schedulers: [Scheduler] = Scheduler.known
  ) -> VirtualService {
    let family = AddressFamily.random(using: &generator)
    let persists = Bool.random(using: &generator)
    var service: VirtualService
    if Int.random(in: 0..<5, using: &generator) == 0 {
      service = VirtualService(.firewallMark(UInt32.random(in: 1...50, using: &generator), family))
      service.isOnePacket = Bool.random(using: &generator)
    } else {
      let transport = TransportProtocol.allCases.randomElement(using: &generator) ?? .tcp
      let everyPort = persists && Int.random(in: 0..<8, using: &generator) == 0
      let port = everyPort ? 0 : UInt16.random(in: 1...UInt16.max, using: &generator)
      service = VirtualService(.endpoint(transport, Endpoint(.random(family, using: &generator), port: port)))
      service.isOnePacket = transport == .udp && Bool.random(using: &generator)
    }
    service.scheduler = schedulers.randomElement(using: &generator) ?? .weightedLeastConnections
    for flag in [SchedulerFlags.flag1, .flag2, .flag3] where Int.random(in: 0..<4, using: &generator) == 0 {
      service.schedulerFlags.insert(flag)
    }
    if persists {
      let timeout = UInt32.random(in: 1...Persistence.maximumTimeout, using: &generator)
      let length = Int.random(in: 1...family.addressBits, using: &generator)
      let isHost = Bool.random(using: &generator)
      service.persistence =
        isHost
        ? Persistence(timeout: timeout, family: family)
        : Persistence(timeout: timeout, prefixLength: length, family: family)
      if case .endpoint(.udp, _) = service.key, Bool.random(using: &generator) {
        service.persistenceEngine = PersistenceEngine("sip")
      }
    }
    return service
  }
}

extension RealServer {
  /// A server that the service can have, with random settings.
  package static func random(in key: ServiceKey, using generator: inout some RandomNumberGenerator)
    -> RealServer
  {
    let checksum = Tunnel.Checksum.allCases.randomElement(using: &generator) ?? .none
    let methods: [ForwardingMethod] = [
      .nat, .direct, .tunnel(.ipip),
      .tunnel(.gue(port: UInt16.random(in: 1...UInt16.max, using: &generator), checksum)),
      .tunnel(.gre(checksum == .remote ? .full : checksum)),
    ]
    let forwarding = methods.randomElement(using: &generator) ?? .nat
    var family = key.family
    var port = UInt16.random(in: 1...UInt16.max, using: &generator)
    switch forwarding {
    case .tunnel:
      // A tunnel alone may lead to the other family.
      if Int.random(in: 0..<4, using: &generator) == 0 { family = family == .ipv4 ? .ipv6 : .ipv4 }
      port = key.port ?? port
    case .direct: port = key.port ?? port
    default: if key.port == 0 { port = 0 }
    }
    let upper = UInt32.random(in: 0...10_000, using: &generator)
    let hasThresholds = Int.random(in: 0..<3, using: &generator) == 0
    return RealServer(
      Endpoint(.random(family, using: &generator), port: port), forwarding: forwarding,
      weight: UInt32.random(in: 0...65_535, using: &generator), upperThreshold: hasThresholds ? upper : 0,
      lowerThreshold: hasThresholds ? UInt32.random(in: 0...upper, using: &generator) : 0)
  }
}

extension IPAddress {
  /// A unicast address that no host has: of 10.0.0.0/8 or of fd00::/8.
  package static func random(_ family: AddressFamily, using generator: inout some RandomNumberGenerator)
    -> IPAddress
  {
    switch family {
    case .ipv4: .ipv4(IPv4Address(10 << 24 | UInt32.random(in: 1..<(1 << 24 - 1), using: &generator)))
    case .ipv6: .ipv6(IPv6Address(0xFD << 120 | UInt128.random(in: 1..<(1 << 64), using: &generator)))
    }
  }
}

extension AddressFamily {
  /// IPv4 in two of three cases.
  package static func random(using generator: inout some RandomNumberGenerator) -> AddressFamily {
    Int.random(in: 0..<3, using: &generator) < 2 ? .ipv4 : .ipv6
  }
}
