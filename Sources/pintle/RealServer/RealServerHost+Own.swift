internal import Host
internal import Model
internal import Netlink

/// What this host has as a real server, by this configuration or an earlier one.
extension RealServerHost {
  /// An address on an interface.
  struct Held {
    /// The interface.
    let link: Link
    /// The address, as a network of one host.
    let network: IPNetwork
  }

  /// The addresses that `up` has made.
  ///
  /// A kernel before Linux 5.18 marks none, not even its own of `lo`: there, those that are needed are taken for ours.
  var ownAddresses: [Held] {
    let held = table.links.values.sorted { $0.index < $1.index }.flatMap { link in
      table.addresses(of: link.index).map { (link, $0) }
    }
    let kernelMarks = held.contains { $0.1.origin != 0 }
    return held.filter { link, address in
      kernelMarks ? address.origin == Self.origin : isNeeded(address.network.address, on: link)
    }.map { Held(link: $0, network: $1.network) }
  }

  /// Of these, the ones that nobody needs now.
  var strayAddresses: [Held] {
    ownAddresses.filter { !isNeeded($0.network.address, on: $0.link) }
  }

  /// The tunnels that `up` has made.
  var ownDevices: [Link] { TunnelDevice.names.compactMap { table.link(named: $0) } }

  /// Of these, the ones that nobody needs now, that are another than is needed, or that somebody has taken down.
  var strayDevices: [Link] {
    ownDevices.filter { link in
      needs.devices.first { $0.name == link.name }.map { problem(of: link, as: $0) != nil } ?? true
    }
  }

  /// What is wrong with a tunnel; nil: nothing.
  func problem(of link: Link, as device: TunnelDevice) -> String? {
    if link.tunnelEnd != device.local {
      return "it ends at \(link.tunnelEnd.map { "\($0)" } ?? "no address")"
    }
    if link.wantsChecksum != device.hasChecksum {
      return "it takes packets \(link.wantsChecksum ? "with" : "without") a checksum"
    }
    return link.isUp ? nil : "down"
  }

  /// Takes addresses away.
  func remove(_ held: [Held]) throws(Failure) {
    for held in held {
      do throws(NetlinkError) {
        var addresses = try Addresses()
        for outcome in addresses.remove([held.network], from: held.link.index) { _ = try outcome.get() }
      } catch {
        throw Failure("cannot remove \(held.network.address) from \(held.link.name)", error)
      }
    }
  }

  /// Takes tunnels away, with their addresses.
  func remove(_ links: [Link]) throws(Failure) {
    for link in links {
      do throws(NetlinkError) {
        var devices = try TunnelDevices()
        try devices.remove(index: link.index)
      } catch {
        throw Failure("cannot remove the tunnel \(link.name)", error)
      }
    }
  }

  private func isNeeded(_ address: IPAddress, on link: Link) -> Bool {
    needs.addresses.contains { $0.address == address && $0.interface == link.name }
  }
}
