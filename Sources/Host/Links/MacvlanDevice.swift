internal import CKernel
internal import Glibc
package import Model
package import Netlink

/// An interface on top of another one, with a hardware address of its own (macvlan, in private mode).
///
/// While it is up, it alone receives what is sent to its hardware address, and of frames to a group those that were
/// sent from it: another host's with the same one. While it is down, its parent receives the latter.
package struct MacvlanDevice: Hashable, Sendable {
  /// Its name, at most 15 bytes.
  package let name: String
  /// The index of the interface that it is on top of.
  package let parent: Int32
  /// Its hardware address.
  package let hardwareAddress: MACAddress

  /// Describes one.
  package init(name: String, parent: Int32, hardwareAddress: MACAddress) {
    self.name = name
    self.parent = parent
    self.hardwareAddress = hardwareAddress
  }

  /// Whether a link is this device.
  package func matches(_ link: Link) -> Bool {
    link.isPrivateMacvlan && link.name == name && link.parent == parent
      && link.hardwareAddress == hardwareAddress
  }

  /// The request that makes it, down (linux/if_link.h).
  var creation: NetlinkConversation.Message {
    NetlinkConversation.Message(
      type: RouteMessage.newLink, flags: UInt16(NLM_F_CREATE | NLM_F_EXCL), header: Link.header()
    ) { [self] writer in
      writer.string(LinkAttribute.name, name)
      writer.uint32(LinkAttribute.link, UInt32(bitPattern: parent))
      writer.octets(LinkAttribute.address, hardwareAddress.octets)
      writer.nest(LinkAttribute.info) { info in
        info.string(LinkAttribute.kind, MacvlanKind.name)
        info.nest(LinkAttribute.data) { $0.uint32(LinkAttribute.macvlanMode, MacvlanKind.privateMode) }
      }
    }
  }
}

/// What linux/if_link.h calls the kind of device.
enum MacvlanKind {
  static let name = "macvlan"
  /// MACVLAN_MODE_PRIVATE.
  static let privateMode: UInt32 = 1
}

/// Makes macvlan devices, takes them up and down, and removes them.
package struct MacvlanDevices: ~Copyable {
  private var netlink: NetlinkConversation

  /// Opens the conversation with the kernel.
  package init() throws(NetlinkError) {
    netlink = NetlinkConversation(over: try NetlinkSocket(.route, receiveTimeout: .seconds(1)))
  }

  /// Makes a device, which is down at first; the kernel loads the module behind it.
  ///
  /// - Throws: EEXIST where an interface has its name.
  package mutating func add(_ device: MacvlanDevice) throws(NetlinkError) {
    try perform(device.creation)
  }

  /// Takes an interface up or down by its index.
  ///
  /// - Throws: EADDRINUSE where another one of the same parent is up with the same hardware address.
  package mutating func set(index: Int32, isUp: Bool) throws(NetlinkError) {
    let flag = UInt32(IFF_UP)
    let header = Link.header(index: index, flags: isUp ? flag : 0, change: flag)
    try perform(.init(type: RouteMessage.newLink, header: header))
  }

  /// Removes a device by its index; one that is gone counts as removed.
  package mutating func remove(index: Int32) throws(NetlinkError) {
    do throws(NetlinkError) {
      try perform(.init(type: RouteMessage.deleteLink, header: Link.header(index: index)))
    } catch .refused(errno: ENODEV) {}
  }

  private mutating func perform(_ message: NetlinkConversation.Message) throws(NetlinkError) {
    for outcome in netlink.perform([message]) { try outcome.get() }
  }
}
