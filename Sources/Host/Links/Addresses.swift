internal import CKernel
package import Model
package import Netlink

/// Puts addresses on interfaces and takes them off.
package struct Addresses: ~Copyable {
  private var netlink: NetlinkConversation

  /// Opens a way to the kernel.
  package init() throws(NetlinkError) {
    netlink = NetlinkConversation(over: try NetlinkSocket(.route, receiveTimeout: .seconds(1)))
  }

  /// Adds addresses; one that is there already counts as added.
  ///
  /// They come without a route to their prefix, without duplicate address detection (it would keep an address of a
  /// takeover from working for seconds, or for ever while two routers hold it), and in IPv6 not to be chosen as the
  /// source of this host's own connections. Of two addresses in one subnet the second dies with the first, unless its
  /// prefix is as long as the address.
  /// - Parameters:
  ///   - networks: the addresses with the lengths of their prefixes.
  ///   - interface: its index.
  ///   - origin: who makes them, as IFA_PROTO tells others; kernels before Linux 5.18 ignore it.
  /// - Returns: one outcome per address, in the same order: whether it was not there before.
  package mutating func add(
    _ networks: [IPNetwork], to interface: Int32, origin: UInt8
  ) -> [Result<Bool, NetlinkError>] {
    netlink.perform(additions(networks, to: interface, origin: origin)).map { outcome in
      switch outcome {
      case .success: .success(true)
      case .failure(.refused(errno: EEXIST)): .success(false)
      case .failure(let error): .failure(error)
      }
    }
  }

  /// Goes through ``add(_:to:origin:)`` without effect: of no family an address cannot be added, which the kernel says
  /// before it would wait for whoever else changes interfaces.
  ///
  /// - Returns: what it says of each.
  @discardableResult
  package mutating func rehearse(_ networks: [IPNetwork], origin: UInt8) -> [Result<Void, NetlinkError>] {
    var requests = additions(networks, to: 0, origin: origin)
    for index in requests.indices { requests[index].header[0] = UInt8(AF_UNSPEC) }
    return netlink.perform(requests)
  }

  private func additions(
    _ networks: [IPNetwork], to interface: Int32, origin: UInt8
  ) -> [NetlinkConversation.Message] {
    networks.map { network in
      // NLM_F_EXCL: an existing one is an error in IPv6 as well, instead of being changed without a word.
      NetlinkConversation.Message(
        type: RouteMessage.newAddress, flags: UInt16(NLM_F_CREATE | NLM_F_EXCL),
        header: InterfaceAddress.header(network, interface: interface)
      ) {
        $0.octets(AddressAttribute.local, network.address.octets)
        $0.octets(AddressAttribute.address, network.address.octets)
        $0.uint32(AddressAttribute.flags, AddressFlag.noDuplicateDetection | AddressFlag.noPrefixRoute)
        $0.byte(AddressAttribute.origin, origin)
        if network.address.family == .ipv6 {
          // struct ifa_cacheinfo: preferred for 0 s, valid for ever.
          $0.octets(
            AddressAttribute.cacheInfo, bytes(UInt32(0)) + bytes(UInt32.max) + bytes(UInt64(0)))
        }
      }
    }
  }

  /// Removes addresses; one that is not there counts as removed.
  ///
  /// The interface is named by its index; one that is gone has no addresses.
  /// - Returns: one outcome per address, in the same order: whether it was there.
  package mutating func remove(
    _ networks: [IPNetwork], from interface: Int32
  ) -> [Result<Bool, NetlinkError>] {
    let requests = networks.map { network in
      NetlinkConversation.Message(
        type: RouteMessage.deleteAddress, header: InterfaceAddress.header(network, interface: interface)
      ) {
        $0.octets(AddressAttribute.local, network.address.octets)
        $0.octets(AddressAttribute.address, network.address.octets)
      }
    }
    return netlink.perform(requests).map { outcome in
      switch outcome {
      case .success: .success(true)
      case .failure(.refused(errno: EADDRNOTAVAIL)), .failure(.refused(errno: ENODEV)): .success(false)
      case .failure(let error): .failure(error)
      }
    }
  }
}
