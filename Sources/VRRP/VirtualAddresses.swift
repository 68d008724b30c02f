public import Model

/// The addresses of a virtual router: 1 to 255 of one family, in IPv6 a link-local one first (RFC 9568 §5.2.9).
public struct VirtualAddresses: Hashable, Sendable {
  /// Why a list is not one of a virtual router's addresses.
  public enum Invalid: Error, Hashable, Sendable {
    /// No address.
    case empty
    /// The count is one byte on the wire.
    case moreThan255
    /// Some are IPv4 and some IPv6.
    case mixedFamilies
    /// This IPv6 address is first, and is not of fe80::/10 (RFC 9568 §5.2.9).
    case firstNotLinkLocal(IPAddress)
  }

  /// The addresses in the order in which they are advertised.
  public let list: [IPAddress]
  /// The family of all of them.
  public let family: AddressFamily

  /// Takes a list that is in order.
  public init(_ list: [IPAddress]) throws(Invalid) {
    guard let first = list.first else { throw .empty }
    guard list.count <= 255 else { throw .moreThan255 }
    guard list.allSatisfy({ $0.family == first.family }) else { throw .mixedFamilies }
    if case .ipv6(let address) = first, !address.isLinkLocal { throw .firstNotLinkLocal(first) }
    self.list = list
    family = first.family
  }
}
