import Model
import NIOSSL

/// Whom a server's certificate must name.
enum ExpectedIdentity: Hashable {
  case name(String)
  case address(IPAddress)

  /// The identity that a check requires of the server at an address.
  ///
  /// - Throws: ``ProbeFailure`` `.misconfigured` if the required name can stand in no certificate.
  init(_ requirements: HealthCheck.TLS, server: IPAddress) throws(ProbeFailure) {
    guard let name = requirements.serverName else {
      self = .address(server)
      return
    }
    if let address = IPAddress(name) {
      guard address == server else {
        throw .misconfigured("the server name \(name) is an address, and not the server's own")
      }
      self = .address(server)
    } else {
      guard !name.isEmpty, name.utf8.count <= 255, name.utf8.allSatisfy(\.isPartOfDNSName) else {
        throw .misconfigured("\(name.debugDescription) is not a DNS name")
      }
      self = .name(name)
    }
  }

  /// What goes into SNI, and what NIOSSL compares; nil where it compares the address.
  var hostname: String? {
    switch self {
    case .name(let name): name
    case .address: nil
    }
  }

  /// Whether a certificate that passed NIOSSL's verification carries this very identity.
  func isCarried(by certificate: NIOSSLCertificate) -> Bool {
    guard case .name(let name) = self else { return true }
    let alternatives = certificate._subjectAlternativeNames()
    // Without any, NIOSSL compared the common name.
    if alternatives.isEmpty { return true }
    return alternatives.contains { $0.nameType == .dnsName && covers(Array($0.contents), name) }
  }
}

extension ExpectedIdentity: CustomStringConvertible {
  /// The name or the address.
  var description: String {
    switch self {
    case .name(let name): name
    case .address(let address): address.description
    }
  }
}

/// Whether a name of a certificate covers a host: as RFC 6125 §6.4 has it, a wildcard only as the whole first label.
private func covers(_ pattern: [UInt8], _ host: String) -> Bool {
  let pattern = pattern.map(\.lowercased)
  var host = host.utf8.map(\.lowercased)
  if host.last == UInt8(ascii: ".") { host.removeLast() }
  if pattern == host { return true }
  guard pattern.starts(with: "*.".utf8), let dot = host.firstIndex(of: UInt8(ascii: ".")), dot > 0 else {
    return false
  }
  return pattern.dropFirst() == host[dot...]
}

extension UInt8 {
  fileprivate var lowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }

  fileprivate var isPartOfDNSName: Bool {
    switch lowercased {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}
