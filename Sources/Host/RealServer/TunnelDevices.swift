package import Netlink

/// Makes and removes tunnel devices.
package struct TunnelDevices: ~Copyable {
  private var netlink: NetlinkConversation

  /// Opens the conversation with the kernel.
  package init() throws(NetlinkError) {
    netlink = NetlinkConversation(over: try NetlinkSocket(.route, receiveTimeout: .seconds(5)))
  }

  /// Makes a device and brings it up; the kernel loads the module behind it.
  ///
  /// - Throws: EEXIST where there is one of that name or that address.
  package mutating func add(_ device: TunnelDevice) throws(NetlinkError) {
    for outcome in netlink.perform([device.creation]) { try outcome.get() }
  }

  /// Removes a device by its index.
  package mutating func remove(index: Int32) throws(NetlinkError) {
    let message = NetlinkConversation.Message(
      type: RouteMessage.deleteLink, header: Link.header(index: index))
    for outcome in netlink.perform([message]) { try outcome.get() }
  }
}
