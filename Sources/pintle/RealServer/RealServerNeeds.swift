internal import Configuration
internal import Host
internal import Model

/// What makes this host a real server of a configuration's direct and tunnelled services.
struct RealServerNeeds: Hashable {
  /// A service's address, which this host must have, and must not answer for on the link.
  struct Address: Hashable {
    /// The address.
    let address: IPAddress
    /// Where it belongs: `lo`, or the tunnel that its packets come by.
    ///
    /// A device without an address drops what comes from elsewhere than its own network, unless its host checks no
    /// source at all (`rp_filter`).
    let interface: String
  }

  /// The services' addresses.
  var addresses: [Address] = []
  /// Where the directors' tunnels end.
  var devices: [TunnelDevice] = []
  /// Where UDP encapsulation is taken off.
  var ports: [EncapsulationPort] = []
  /// The parameters that go with them.
  var parameters: [String: String] = [:]
  /// The services of firewall marks, whose addresses are not known here, by their names.
  var markedServices: [String] = []
  /// The tunnels that cannot be beside one of ``devices``: there is one device of each sort.
  var refusedDevices: [TunnelDevice] = []

  /// What a host with these addresses needs; nothing where it is no server of such a service.
  init(of configuration: DirectorConfiguration, addresses own: Set<IPAddress>) {
    var addresses: Set<Address> = []
    var devices: Set<TunnelDevice> = []
    var ports: Set<EncapsulationPort> = []
    for service in configuration.services {
      let servers = service.allServers.filter { $0.keepsDestination && own.contains($0.endpoint.address) }
      guard case .endpoint(_, let endpoint) = service.virtualService.key else {
        if !servers.isEmpty { markedServices.append(service.name) }
        continue
      }
      for server in servers {
        guard case .tunnel(let tunnel) = server.forwarding else {
          addresses.insert(Address(address: endpoint.address, interface: "lo"))
          continue
        }
        let local = server.endpoint.address
        let device = TunnelDevice(for: tunnel, at: local, carrying: endpoint.address.family)
        devices.insert(device)
        addresses.insert(Address(address: endpoint.address, interface: device.name))
        if case .gue(let port, _) = tunnel {
          ports.insert(EncapsulationPort(port: port, family: local.family))
        }
      }
    }
    self.addresses = addresses.sorted { ($0.address, $0.interface) < ($1.address, $1.interface) }
    for device in devices.sorted(by: {
      ($0.name, $0.local, $0.hasChecksum ? 1 : 0) < ($1.name, $1.local, $1.hasChecksum ? 1 : 0)
    }) {
      if self.devices.last?.name == device.name {
        refusedDevices.append(device)
      } else {
        self.devices.append(device)
      }
    }
    self.ports = ports.sorted { ($0.port, $0.family.rawValue) < ($1.port, $1.family.rawValue) }

    if addresses.contains(where: { $0.address.family == .ipv4 }) {
      // Others ask for the address on the link: only the director is to answer. The kernel takes the higher value of
      // `all` and the interface (Documentation/networking/ip-sysctl.rst). IPv6 does this by itself.
      parameters["net/ipv4/conf/all/arp_ignore"] = "1"
      parameters["net/ipv4/conf/all/arp_announce"] = "2"
    }
    for device in self.devices
    where addresses.contains(where: { $0.interface == device.name && $0.address.family == .ipv4 }) {
      // A client's packet comes out of the tunnel, and the way to the client is another one. Loose, because the higher
      // value counts here too: 0 would not undo a strict `all`.
      parameters["net/ipv4/conf/\(device.name)/rp_filter"] = "2"
    }
  }

  /// Whether there is nothing to do here.
  var isEmpty: Bool { addresses.isEmpty }
}
