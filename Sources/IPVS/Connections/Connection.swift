public import Model

/// One connection that the kernel forwards.
public struct Connection: Hashable, Sendable {
  /// The protocol.
  public var transport: TransportProtocol
  /// Who connected.
  public var client: Endpoint
  /// To which service; of a firewall mark's persistence template, the mark is the address.
  public var service: Endpoint
  /// Which server it goes to.
  public var server: Endpoint
  /// The kernel's name of its state, such as `ESTABLISHED`; a persistence template has `NONE`.
  public var state: String
  /// Whether another director told of it; false as well where the kernel did not say.
  public var isSynced: Bool
  /// When the kernel forgets it, in seconds from now, unless a packet comes.
  public var expires: UInt32
}

extension Connection {
  /// Reads a line of `/proc/net/ip_vs_conn` or `/proc/net/ip_vs_conn_sync`; nil for its title and for what is no
  /// connection.
  @inlinable
  public init?(line: some StringProtocol) {
    let bytes = String(line).utf8
    self.init(utf8: bytes.span)
  }

  /// Reads a line from its bytes, without the line break.
  ///
  /// IPv4 addresses stand there as eight digits, IPv6 ones as eight groups, ports as four digits, all hexadecimal; the
  /// second file has a word more, which says where the connection comes from:
  /// `TCP C0A80001 9C4E 0A0000FA 192B 0A00000B 192B ESTABLISHED SYNC       899`.
  public init?(utf8 line: Span<UInt8>) {
    let words = line.words(upTo: 10)
    guard words.count >= 9, let transport = TransportProtocol(word: line.extracting(words[0])),
      let client = Endpoint(hexadecimal: line.extracting(words[1]), port: line.extracting(words[2])),
      let service = Endpoint(hexadecimal: line.extracting(words[3]), port: line.extracting(words[4])),
      let server = Endpoint(hexadecimal: line.extracting(words[5]), port: line.extracting(words[6]))
    else { return nil }
    // A number in this place is the expiry already: the file without origins, or with a persistence engine's data behind.
    let expiry = UInt32(decimal: line.extracting(words[8]))
    guard let expires = expiry ?? words.dropFirst(9).first.flatMap({ UInt32(decimal: line.extracting($0)) })
    else { return nil }
    self.init(
      transport: transport, client: client, service: service, server: server,
      state: line.extracting(words[7]).text,
      isSynced: expiry == nil && line.extracting(words[8]).text == "SYNC", expires: expires)
  }
}

extension Span<UInt8> {
  /// Where the first words are that blanks divide.
  fileprivate func words(upTo count: Int) -> [Range<Int>] {
    var words: [Range<Int>] = []
    words.reserveCapacity(count)
    var index = 0
    while words.count < count {
      while index < self.count, self[index] == UInt8(ascii: " ") { index += 1 }
      let start = index
      while index < self.count, self[index] != UInt8(ascii: " ") { index += 1 }
      if start == index { break }
      words.append(start..<index)
    }
    return words
  }

  fileprivate var text: String { String(decoding: indices.map { self[$0] }, as: UTF8.self) }
}

extension TransportProtocol {
  fileprivate init?(word: Span<UInt8>) {
    self.init(rawValue: word.text.lowercased())
  }
}

extension UInt32 {
  fileprivate init?(decimal digits: Span<UInt8>) {
    self.init(digits, radix: 10)
  }

  fileprivate init?(hexadecimal digits: Span<UInt8>) {
    self.init(digits, radix: 16)
  }

  private init?(_ digits: Span<UInt8>, radix: UInt64) {
    guard !digits.isEmpty, digits.count <= 10 else { return nil }
    var value: UInt64 = 0
    for index in digits.indices {
      let digit: UInt64
      switch digits[index] {
      case let byte where (0x30...0x39).contains(byte): digit = UInt64(byte - 0x30)
      case let byte where (0x41...0x46).contains(byte): digit = UInt64(byte - 0x41 + 10)
      case let byte where (0x61...0x66).contains(byte): digit = UInt64(byte - 0x61 + 10)
      default: return nil
      }
      guard digit < radix else { return nil }
      value = value * radix + digit
    }
    self.init(exactly: value)
  }
}

extension Endpoint {
  fileprivate init?(hexadecimal address: Span<UInt8>, port: Span<UInt8>) {
    guard let number = UInt32(hexadecimal: port), let port = UInt16(exactly: number) else { return nil }
    if address.count == 8, let value = UInt32(hexadecimal: address) {
      self.init(.ipv4(IPv4Address(value)), port: port)
    } else {
      var digits = address
      if digits.count > 2, digits[0] == UInt8(ascii: "["), digits[digits.count - 1] == UInt8(ascii: "]") {
        digits = digits.extracting(1..<digits.count - 1)
      }
      guard let value = IPv6Address(utf8: digits) else { return nil }
      self.init(.ipv6(value), port: port)
    }
  }
}
