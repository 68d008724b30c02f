internal import CKernel
package import Model
internal import Netlink

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
