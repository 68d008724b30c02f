import Glibc
import Host
import Model
import TestSupport
import Testing

@Suite("Sockets", .serialized, .enabled(if: Shell.isInNamespace))
struct SocketTests {
  private let wire: Wire

  init() throws { wire = try Wire() }

  private func socket(_ family: AddressFamily, on link: Link) throws -> RawSocket {
    try RawSocket(protocol: 112, family, interface: link.index, named: link.name)
  }

  private func receive(_ socket: RawSocket) throws -> RawDatagram {
    var datagram: RawDatagram?
    try eventually {
      datagram = socket.receive()
      return datagram != nil
    }
    return try #require(datagram)
  }

  @Test("A multicast message over IPv4 arrives with TTL 255, class CS6 and the source that was chosen")
  func multicastIPv4() throws {
    // Not the first address of the interface.
    try Shell.run("ip addr add 10.1.0.7/24 dev near")
    let group = try address("224.0.0.18")
    let (near, far) = (try socket(.ipv4, on: wire.near), try socket(.ipv4, on: wire.far))
    try near.join(group)
    try far.join(group)
    try near.send([0x31, 0x33, 0x96, 0x01], from: try address("10.1.0.7"), to: group)

    guard case .ipv4Packet(let packet) = try receive(far) else { return #expect(Bool(false)) }
    #expect(packet.count == 24)
    #expect(packet[1] == 0xC0)
    #expect(packet[8] == 255)
    #expect(packet[9] == 112)
    #expect(packet[12..<20].elementsEqual([10, 1, 0, 7, 224, 0, 0, 18]))
    #expect(packet[20...].elementsEqual([0x31, 0x33, 0x96, 0x01]))
    #expect(near.receive() == nil, "what it sends does not come back")
  }

  @Test(
    "A message over IPv6 arrives with both addresses and the hop limit", arguments: ["ff02::12", "fe80::2"])
  func ipv6(destination: String) throws {
    let (near, far) = (try socket(.ipv6, on: wire.near), try socket(.ipv6, on: wire.far))
    try far.join(try address("ff02::12"))
    try near.send([1, 2, 3], from: try address("fe80::1"), to: try address(destination))

    guard case .ipv6(let source, let received, let hopLimit, let message) = try receive(far) else {
      return #expect(Bool(false))
    }
    #expect(source.description == "fe80::1")
    #expect(received.description == destination)
    #expect(hopLimit == 255)
    #expect(message == [1, 2, 3])
  }

  @Test("What is larger than any message of VRRP is cut off, and the next one is whole")
  func oversized() throws {
    let group = try address("224.0.0.18")
    let (near, far) = (try socket(.ipv4, on: wire.near), try socket(.ipv4, on: wire.far))
    try far.join(group)
    let source = try address("10.1.0.1")
    try near.send([UInt8](repeating: 0x31, count: 20_000), from: source, to: group)
    try near.send([0x31, 0x33], from: source, to: group)
    guard case .ipv4Packet(let large) = try receive(far), case .ipv4Packet(let next) = try receive(far) else {
      return #expect(Bool(false))
    }
    #expect(large.count < 5000)
    #expect(next[20...] == [0x31, 0x33])
  }

  @Test("A socket hears no group that it has not joined, even if another of this host has")
  func foreignGroup() throws {
    let group = try address("224.0.0.18")
    let (near, far) = (try socket(.ipv4, on: wire.near), try socket(.ipv4, on: wire.far))
    let other = try socket(.ipv4, on: wire.far)
    try other.join(group)
    try near.send([1], from: try address("10.1.0.1"), to: group)
    _ = try receive(other)
    #expect(far.receive() == nil)
  }

  @Test(
    "The kernel drops what other virtual routers say but for a sample, and nothing of those that are asked for",
    arguments: AddressFamily.allCases)
  func filter(_ family: AddressFamily) throws {
    let (source, destination) = try addresses(family)
    let (near, far) = (try socket(family, on: wire.near), try socket(family, on: wire.far))
    try far.join(destination)
    // The longest program: all identifiers but one.
    try far.attach(SocketFilter(family, identifiers: (0...255).filter { $0 != 52 }))
    try far.attach(SocketFilter(family, identifiers: [51, 255]))
    var heard: [UInt8: Int] = [:]
    for _ in 0..<1600 {
      try near.send([0x31, 52, 100, 1], from: source, to: destination)
      while let datagram = far.receive() { heard[identifier(datagram), default: 0] += 1 }
    }
    for id in [UInt8](repeating: 51, count: 20) + [UInt8](repeating: 255, count: 20) {
      try near.send([0x31, id, 100, 1], from: source, to: destination)
    }
    try eventually {
      while let datagram = far.receive() { heard[identifier(datagram), default: 0] += 1 }
      return heard[51] == 20 && heard[255] == 20
    }
    // 100 ± 10 are to be expected.
    #expect((40...160).contains(heard[52] ?? 0), "\(heard)")
  }

  @Test("A later filter takes an earlier one's place")
  func filterAgain() throws {
    let (source, destination) = try addresses(.ipv4)
    let (near, far) = (try socket(.ipv4, on: wire.near), try socket(.ipv4, on: wire.far))
    try far.join(destination)
    try far.attach(SocketFilter(.ipv4, identifiers: [51]))
    try far.attach(SocketFilter(.ipv4, identifiers: [52]))
    try near.send([0x31, 52], from: source, to: destination)
    #expect(identifier(try receive(far)) == 52)
  }

  @Test("A filter that the kernel refuses leaves the one before, until it is taken off")
  func refusedFilter() throws {
    let (source, destination) = try addresses(.ipv4)
    let (near, far) = (try socket(.ipv4, on: wire.near), try socket(.ipv4, on: wire.far))
    try far.join(destination)
    try far.attach(SocketFilter(.ipv4, identifiers: [51]))
    // Longer than the 4096 instructions that it takes.
    #expect(throws: SystemError("setsockopt", EINVAL)) {
      try far.attach(SocketFilter(.ipv4, identifiers: [UInt8](repeating: 52, count: 2100)))
    }
    func heard(of id: UInt8) throws -> Int {
      for _ in 0..<160 { try near.send([0x31, id], from: source, to: destination) }
      try near.send([0x31, 51], from: source, to: destination)
      var count = 0
      while true {
        guard identifier(try receive(far)) == id else { return count }
        count += 1
      }
    }
    // 10 ± 3 are to be expected.
    #expect(try heard(of: 52) < 80)
    far.detachFilter()
    #expect(try heard(of: 52) == 160)
  }

  @Test("A filter for one sender drops what another hardware address sent", arguments: AddressFamily.allCases)
  func oneSender(_ family: AddressFamily) throws {
    let (source, destination) = try addresses(family)
    let near = try socket(family, on: wire.near)
    let (deaf, hearing, all) = (
      try socket(family, on: wire.far), try socket(family, on: wire.far), try socket(family, on: wire.far)
    )
    let sender = try #require(wire.near.hardwareAddress)
    // One differs in what the first comparison sees, one in what the second does.
    for stranger in [sender.value ^ 1 << 40, sender.value ^ 1] {
      try deaf.attach(SocketFilter(family, identifiers: [51], from: MACAddress(stranger)))
      try hearing.attach(SocketFilter(family, identifiers: [51], from: sender))
      for socket in [deaf, hearing, all] { try? socket.join(destination) }
      try near.send([0x31, 51, 100, 1], from: source, to: destination)
      #expect(identifier(try receive(hearing)) == 51)
      // It gets its copy in the same go: by now, the one that is deaf would have had it.
      #expect(identifier(try receive(all)) == 51)
      #expect(deaf.receive() == nil)
    }
  }

  private func addresses(_ family: AddressFamily) throws -> (source: IPAddress, destination: IPAddress) {
    switch family {
    case .ipv4: (try address("10.1.0.1"), try address("224.0.0.18"))
    case .ipv6: (try address("fe80::1"), try address("ff02::12"))
    }
  }

  private func identifier(_ datagram: RawDatagram) -> UInt8 {
    switch datagram {
    case .ipv4Packet(let packet): packet[21]
    case .ipv6(_, _, _, let message): message[1]
    }
  }

  @Test("Sending from an address that this host does not have fails and says so")
  func foreignSource() throws {
    let near = try socket(.ipv4, on: wire.near)
    #expect(throws: SystemError.self) {
      try near.send([1], from: try address("10.9.9.9"), to: try address("224.0.0.18"))
    }
  }

  @Test("A frame leaves the interface as it is")
  func frame() throws {
    let listener = Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(UInt16(0x0806).bigEndian))
    defer { close(listener) }
    var frame = [UInt8](repeating: 0xFF, count: 6) + [2, 0, 0, 0, 0, 1, 0x08, 0x06]
    frame += [UInt8](repeating: 7, count: 28)
    try PacketSocket().send(frame, on: wire.near.index)

    var buffer = [UInt8](repeating: 0, count: 2048)
    try eventually {
      let length = recv(listener, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return length >= frame.count && buffer[..<frame.count].elementsEqual(frame)
    }
  }
}
