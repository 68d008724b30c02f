internal import CKernel
internal import Glibc
internal import Model
package import Netlink

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
