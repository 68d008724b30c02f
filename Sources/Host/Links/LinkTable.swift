internal import CKernel
package import Model
package import Netlink

/// The host's interfaces and their addresses, kept in step with the kernel.
///
/// The kernel tells every change. If it tells more than fits the buffer, some are lost and it says so: then everything
/// is read again.
package final class LinkTable {
  /// The interfaces by their index.
  package private(set) var links: [Int32: Link] = [:]
  /// The addresses by the index of their interface, in the kernel's order.
  package private(set) var addresses: [Int32: [InterfaceAddress]] = [:]
  /// How often changes were lost and everything was read again.
  package private(set) var losses = 0
  /// Whether something was lost that has not been read again since.
  private var isStale = false

  private var changes: NetlinkSocket
  private var questions: NetlinkConversation
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// Subscribes to changes and reads everything.
  ///
  /// - Parameter room: the bytes that may wait; the default is enough for the changes of some ten thousand addresses.
  /// - Throws: where the kernel does not tell.
  package init(room: Int32 = 8 << 20) throws(NetlinkError) {
    var changes = try NetlinkSocket(.route, receiveTimeout: .seconds(1))
    changes.makeRoom(room)
    for group in [RouteGroup.link, RouteGroup.ipv4Address, RouteGroup.ipv6Address] {
      try changes.subscribe(to: group)
    }
    let questions = try NetlinkSocket(.route, receiveTimeout: .seconds(1))
    self.changes = changes
    self.questions = NetlinkConversation(over: questions)
    try readAll()
  }

  /// Readable while there are changes to follow.
  package var descriptor: Int32 { changes.descriptor }

  /// The interface of a name.
  package func link(named name: String) -> Link? {
    links.values.first { $0.name == name }
  }

  /// The addresses of an interface.
  package func addresses(of index: Int32) -> [InterfaceAddress] {
    addresses[index] ?? []
  }

  /// Takes in all changes that wait.
  ///
  /// - Parameter isOwn: whether the caller itself has put an address on the interface of an index: that it is there now
  ///   is no news to it.
  /// - Returns: whether there was news.
  /// - Throws: where changes were lost and reading everything again failed; the next call tries once more.
  @discardableResult
  package func follow(
    butFor isOwn: (Int32, IPNetwork) -> Bool = { _, _ in false }
  ) throws(NetlinkError) -> Bool {
    var isNews = false
    while true {
      do throws(NetlinkError) {
        let length = try changes.receiveWaiting(into: &buffer)
        if try take(buffer, length, butFor: isOwn) { isNews = true }
      } catch .timedOut {
        break
      } catch .answersLost, .malformed {
        isStale = true
      }
    }
    guard isStale else { return isNews }
    try readAll()
    isStale = false
    losses += 1
    return true
  }

  /// Reads everything.
  package func readAll() throws(NetlinkError) {
    // The kernel says when a table changed while it was read; some tries are enough unless it never rests.
    var failure: NetlinkError?
    for _ in 0..<5 {
      do throws(NetlinkError) {
        return try readOnce()
      } catch .interrupted {
        failure = .interrupted
      }
    }
    if let failure { throw failure }
  }

  private func readOnce() throws(NetlinkError) {
    var links: [Int32: Link] = [:]
    // Without the statistics, which are most of a link's description.
    let linkQuestion = NetlinkConversation.Message(type: RouteMessage.getLink, header: Link.header()) {
      $0.uint32(LinkAttribute.extendedMask, 1 << 3)
    }
    try questions.dump(linkQuestion) { _, message throws(WireError) in
      let link = try Link(message: message)
      links[link.index] = link
    }
    var addresses: [Int32: [InterfaceAddress]] = [:]
    let header = [UInt8](repeating: 0, count: InterfaceAddress.headerLength)
    let addressQuestion = NetlinkConversation.Message(type: RouteMessage.getAddress, header: header)
    try questions.dump(addressQuestion) { _, message throws(WireError) in
      guard let address = try InterfaceAddress(message: message) else { return }
      addresses[try message.load(at: 4), default: []].append(address)
    }
    self.links = links
    self.addresses = addresses
  }

  private func take(
    _ datagram: [UInt8], _ length: Int, butFor isOwn: (Int32, IPNetwork) -> Bool
  ) throws(NetlinkError) -> Bool {
    var isNews = false
    try forEachMessage(in: unsafe datagram.span.bytes.extracting(first: length)) {
      type, _, _, message throws(NetlinkError) in
      do throws(WireError) {
        if try take(type, message, butFor: isOwn) { isNews = true }
      } catch {
        throw .malformed(error)
      }
    }
    return isNews
  }

  private func take(
    _ type: UInt16, _ message: RawSpan, butFor isOwn: (Int32, IPNetwork) -> Bool
  ) throws(WireError) -> Bool {
    switch type {
    case RouteMessage.newLink:
      let link = try Link(message: message)
      links[link.index] = link.completed(by: links[link.index])
    case RouteMessage.deleteLink:
      // A port that leaves its bridge is told as a deletion in the bridge's family (AF_BRIDGE); the link stays.
      guard try message.load(at: 0, as: UInt8.self) == 0 else { return false }
      let index: Int32 = try message.load(at: 4)
      links[index] = nil
      addresses[index] = nil
    case RouteMessage.newAddress, RouteMessage.deleteAddress:
      guard let address = try InterfaceAddress(message: message) else { return false }
      let index: Int32 = try message.load(at: 4)
      var known = addresses[index] ?? []
      let place = known.firstIndex { $0.network == address.network }
      switch (type, place) {
      case (RouteMessage.newAddress, let place?): known[place] = address
      case (RouteMessage.newAddress, nil): known.append(address)
      case (_, let place?): known.remove(at: place)
      case (_, nil): break
      }
      addresses[index] = known
      return type == RouteMessage.deleteAddress || !isOwn(index, address.network)
    default:
      break
    }
    return true
  }
}
