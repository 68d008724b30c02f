import Model
import VRRP

/// libFuzzer's entry: any bytes are a packet, and what is believed must be what it says and nothing that is forbidden.
///
/// The first byte chooses who receives; a packet that is to get further than the checksum has it, and the signature, made
/// right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVRRP(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let choice = start[0]
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  // Bytes with a header before them are a slice that does not begin at 0.
  if let datagram = try? ReceivedDatagram(ipv4Packet: bytes[...]) {
    receive(datagram, choice)
    precondition(datagram.message.count <= bytes.count - 20)
  }
  let family: AddressFamily = choice & 1 == 0 ? .ipv4 : .ipv6
  receive(
    ReceivedDatagram(
      source: peer(of: family),
      destination: choice & 2 == 0 ? Advertisement.group(of: family) : own(of: family),
      hopLimit: choice & 0x80 == 0 ? 255 : choice, message: bytes[...]),
    choice)
  return 0
}

private func peer(of family: AddressFamily) -> IPAddress {
  family == .ipv4 ? .ipv4(IPv4Address(10, 1, 0, 1)) : .ipv6(IPv6Address(0xFE80 << 112 | 1))
}

private func own(of family: AddressFamily) -> IPAddress {
  family == .ipv4 ? .ipv4(IPv4Address(10, 1, 0, 2)) : .ipv6(IPv6Address(0xFE80 << 112 | 2))
}

private let noon = Duration.seconds(1_800_000_000)

/// The receivers that the low four bits choose between, made once: the rest should be the reading.
private let receptions: [Reception] = (0..<16).compactMap { choice in
  let family: AddressFamily = choice & 1 == 0 ? .ipv4 : .ipv6
  guard let id = VirtualRouterID(51), let password = Authentication.Password("secretpw") else { return nil }
  return Reception(
    version: choice & 4 == 0 ? .v3 : .v2, virtualRouter: id, family: family, ownAddress: own(of: family),
    senders: choice & 2 == 0 ? .group : .peers([peer(of: family)]),
    authentication: choice & 8 == 0 ? .none : .password(password))
}

private let signer = HMACAuthentication(
  keys: [HMACAuthentication.Key(id: 1, secret: [UInt8](repeating: 7, count: 32))].compactMap { $0 })

private func receive(_ datagram: ReceivedDatagram, _ choice: UInt8) {
  let reception = receptions[Int(choice & 15)]
  var datagram = datagram
  if choice & 16 != 0 { correctChecksum(of: &datagram, reception.version, reception.family) }
  let advertisement = try? reception.advertisement(in: datagram)
  if let advertisement { check(advertisement, in: datagram, reception) }

  var hmac = signer
  hmac.mode = choice & 32 == 0 ? .enforce : .permissive
  let believed = try? reception.advertisement(in: datagram, verifiedBy: &hmac, at: noon)
  // Nobody finds an HMAC by chance.
  precondition(believed == nil || hmac.mode == .permissive && believed == advertisement)

  // A signed copy of what was understood is believed once.
  guard choice & 64 != 0, let advertisement, reception.authentication == .none else { return }
  var sender = signer
  let bytes = advertisement.encoded(
    from: datagram.source, to: datagram.destination, signedBy: &sender, at: noon)
  datagram.message = bytes[...]
  hmac.mode = .enforce
  let again = try? reception.advertisement(in: datagram, verifiedBy: &hmac, at: noon)
  precondition(again == advertisement, "a signed copy is not believed")
  precondition((try? reception.advertisement(in: datagram, verifiedBy: &hmac, at: noon)) == nil, "twice")
}

/// The ladder's rungs, written anew, and the message written back.
private func check(_ advertisement: Advertisement, in datagram: ReceivedDatagram, _ reception: Reception) {
  let message = Array(datagram.message)
  let isVersion2 = reception.version == .v2
  let size = reception.family == .ipv4 ? 4 : 16
  precondition(datagram.hopLimit == 255 && datagram.source.family == reception.family)
  precondition(datagram.source != reception.ownAddress)
  precondition(message[0] == (isVersion2 ? 0x21 : 0x31) && message[1] == 51)
  let end = 8 + Int(message[3]) * size
  precondition(message[3] > 0 && message.count >= end + (isVersion2 ? 8 : 0))
  let interval = isVersion2 ? Int(message[5]) * 100 : Int(message[4] & 0xF) << 8 | Int(message[5])
  precondition(interval > 0 && interval == Int(advertisement.interval.centiseconds))
  precondition(advertisement.priority.value == message[2])
  precondition(advertisement.addresses.list.flatMap(\.octets) == Array(message[8..<end]))
  if reception.family == .ipv6 { precondition(message[8] == 0xFE && message[9] & 0xC0 == 0x80) }
  if case .password(let password) = reception.authentication, isVersion2 {
    precondition(message[4] == 1 && Array(message[end..<end + 8]) == password.octets)
  }

  // Written back, it is what came, where the sender left nothing to be ignored.
  let isPlain =
    isVersion2
    ? reception.authentication != .none || message[end..<end + 8].allSatisfy { $0 == 0 }
    : message[4] & 0xF0 == 0
  guard isPlain, reception.family == .ipv4 || message.count == end else { return }
  let written = ChecksumForm.allCases.map {
    advertisement.encoded(
      from: datagram.source, to: datagram.destination, checksum: $0, authentication: reception.authentication)
  }
  // One's complement has two zeros.
  let came = Array(message[..<(isVersion2 ? end + 8 : end)])
  precondition(
    written.contains { bytes in
      bytes == came
        || bytes[..<6] == came[..<6] && bytes[8...] == came[8...] && came[6] == 0xFF && came[7] == 0xFF
        || bytes[..<6] == came[..<6] && bytes[8...] == came[8...] && came[6] == 0 && came[7] == 0
    }, "written back it differs")
}

/// Makes the checksum of the whole message right, in the form that the second lowest bit of its priority chooses.
private func correctChecksum(
  of datagram: inout ReceivedDatagram, _ version: ProtocolVersion, _ family: AddressFamily
) {
  var message = Array(datagram.message)
  guard message.count >= 8 else { return }
  message[6] = 0
  message[7] = 0
  let size = family == .ipv4 ? 4 : 16
  let whole = 8 + Int(message[3]) * size + (version == .v2 ? 8 : 0)
  let end = family == .ipv6 ? message.count : min(message.count, whole)
  var words = message[..<end] + (end.isMultiple(of: 2) ? [] : [0])
  if family == .ipv6 || (version == .v3 && message[2] & 2 == 0) {
    words +=
      datagram.source.octets + datagram.destination.octets + [0, 112, UInt8(end >> 8), UInt8(end & 0xFF)]
  }
  var sum: UInt32 = 0
  for index in stride(from: 0, to: words.count, by: 2) {
    sum += UInt32(words[index]) << 8 | UInt32(words[index + 1])
  }
  while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
  message[6] = UInt8(~sum >> 8 & 0xFF)
  message[7] = UInt8(~sum & 0xFF)
  datagram.message = message[...]
}
