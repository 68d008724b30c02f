internal import Host
internal import Model
internal import VRRP

/// The socket of an interface and a family, and the routers that listen to it: one, however many they are.
final class RouterSocket {
  /// Tells sockets apart.
  struct Key: Hashable {
    /// The interface's index.
    let interface: Int32
    /// The family.
    let family: AddressFamily
  }

  /// A router: its group, and its place in it.
  struct Listener {
    let group: RunningGroup
    let member: Int
  }

  /// The socket itself.
  let raw: RawSocket
  /// The routers by their identifiers.
  var listeners: [UInt8: Listener] = [:]
  /// Messages of virtual routers that are none of this host's: another pair's, or a mistake.
  ///
  /// An estimate: the kernel drops them but for a sample, of which each counts for `SocketFilter.rate`.
  private(set) var foreign: UInt64 = 0
  private var weight: UInt64 = 1
  private let family: AddressFamily
  private var hasJoined = false
  private var sender: MACAddress?
  /// Whose messages the kernel lets through; nil: everybody's.
  private var admitted: Set<UInt8>?

  /// Opens it.
  ///
  /// - Throws: where this process may not, or the interface is gone.
  init(_ link: Link, _ family: AddressFamily) throws(SystemError) {
    self.family = family
    raw = try RawSocket(
      protocol: Advertisement.ipProtocol, family, interface: link.index, named: link.name)
  }

  /// Hears the group as well; a socket of unicast routers alone does not.
  ///
  /// - Parameter isRenewed: whether the kernel may have dropped the membership, as it does with the whole of a family on an
  ///   interface whose MTU falls below the family's least.
  /// - Throws: where the kernel has no more memberships, or the interface is gone.
  func joinGroup(isRenewed: Bool = false) throws(SystemError) {
    if hasJoined, isRenewed {
      raw.leave(Advertisement.group(of: family))
      hasJoined = false
    }
    guard !hasJoined else { return }
    try raw.join(Advertisement.group(of: family))
    hasJoined = true
  }

  /// Hears only what comes from a virtual MAC address, of whose router alone it is then.
  ///
  /// - Parameters:
  ///   - sender: the virtual MAC address.
  ///   - id: its router's identifier, 1 to 255.
  /// - Throws: where the kernel does not filter: what it hears, the interface below hears as well.
  func hearOnly(_ sender: MACAddress, for id: UInt8) throws(SystemError) {
    guard self.sender != sender else { return }
    try raw.allowForeignSources()
    // Before it joins the group, so that nothing else waits in its queue.
    try raw.attach(SocketFilter(family, identifiers: [id], from: sender))
    weight = SocketFilter.rate
    self.sender = sender
  }

  /// Has the kernel drop most messages of virtual routers that nobody listens to; after the listeners have changed.
  func updateFilter() {
    let identifiers = Set(listeners.keys)
    // That of a virtual MAC address keeps its one router, and without a filter it would hear everything a second time.
    guard sender == nil, admitted != identifiers else { return }
    do throws(SystemError) {
      try raw.attach(SocketFilter(family, identifiers: identifiers))
      weight = SocketFilter.rate
      admitted = identifiers
    } catch {
      // The one before would drop what is asked for now.
      raw.detachFilter()
      weight = 1
      admitted = nil
    }
  }

  /// Hands what waits to the routers that listen, at most so many datagrams.
  ///
  /// - Parameters:
  ///   - limit: how many.
  ///   - body: takes one, and tells whether it was wanted.
  /// - Returns: how many of them were not, and whether nothing waits any more.
  func receive(
    atMost limit: Int, _ body: (Listener, ReceivedDatagram) -> Bool
  ) -> (unwanted: Int, isAll: Bool) {
    var unwanted = 0
    for _ in 0..<limit {
      guard let datagram = raw.receive() else { return (unwanted, true) }
      guard let received = Self.datagram(datagram), let id = received.message.dropFirst().first else {
        unwanted += 1
        continue
      }
      if let listener = listeners[id] {
        if !body(listener, received) { unwanted += 1 }
      } else {
        foreign &+= weight
        unwanted += 1
      }
    }
    return (unwanted, false)
  }

  private static func datagram(_ raw: RawDatagram) -> ReceivedDatagram? {
    switch raw {
    case .ipv4Packet(let packet):
      // The kernel has read the header before this process, so that there is nothing to reject in it.
      return try? ReceivedDatagram(ipv4Packet: packet[...])
    case .ipv6(let source, let destination, let hopLimit, let message):
      return ReceivedDatagram(
        source: .ipv6(source), destination: .ipv6(destination), hopLimit: hopLimit, message: message[...])
    }
  }
}
