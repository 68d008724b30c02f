internal import Glibc
internal import Host
internal import Model
internal import Netlink

/// This host as a real server: looks what is there, and makes or undoes it.
struct RealServerHost: ~Copyable {
  /// One thing that is needed, and whether it is there.
  struct Item: Hashable {
    /// What it is: `address 10.0.0.250 on lo`.
    let what: String
    /// What is wrong; nil: it is there.
    let problem: String?
  }

  /// Marks the addresses as ours (IFA_PROTO); another mark than that of addresses that float.
  static let origin: UInt8 = 113

  let needs: RealServerNeeds
  private(set) var table: LinkTable
  private var parameters: ParameterKeeper
  /// The ports that are ours, one a line.
  let portRecord: RuntimeFile

  /// Looks at the host.
  ///
  /// - Parameters:
  ///   - needs: what it should have.
  ///   - directory: the runtime directory, where it is remembered what parameters were.
  /// - Throws: where the kernel does not tell.
  init(_ needs: RealServerNeeds, directory: String) throws(Failure) {
    self.needs = needs
    parameters = ParameterKeeper(record: "\(directory)/realserver-parameters")
    portRecord = RuntimeFile("\(directory)/realserver-ports")
    do {
      table = try LinkTable()
    } catch {
      throw Failure("cannot read this host's interfaces", error)
    }
  }

  /// Every thing that is needed, and whether it is there.
  func items() throws(Failure) -> [Item] {
    var items = needs.addresses.map { need in
      Item(what: "address \(need.address) on \(need.interface)", problem: has(need) ? nil : "missing")
    }
    for (path, value) in needs.parameters.sorted(by: { $0.key < $1.key }) {
      let current = try? Sysctl(path).read()
      let what = "\(path.replacing("/", with: ".")) = \(value)"
      items.append(Item(what: what, problem: current == value ? nil : "it is \(current ?? "missing")"))
    }
    for device in needs.devices {
      let link = table.link(named: device.name)
      items.append(
        Item(
          what: "tunnel \(device.name) at \(device.local)",
          problem: link.map { problem(of: $0, as: device) } ?? "missing"))
    }
    items += needs.refusedDevices.map {
      Item(what: "tunnel \($0.name) at \($0.local)", problem: Self.refusal)
    }
    items += strayAddresses.map { stray in
      Item(
        what: "address \(stray.network.address) on \(stray.link.name)", problem: "left over, needed no more")
    }
    items += strayDevices.filter { link in !needs.devices.contains { $0.name == link.name } }.map {
      Item(what: "tunnel \($0.name)", problem: "left over, needed no more")
    }
    return items + (try portItems())
  }

  private static let refusal =
    "another of its kind is needed as well, and there can be one (list the server by one address, with one checksum)"

  /// Makes what is missing, and removes what an earlier configuration needed; what is there is left alone.
  ///
  /// While an address is there, its parameters are: without them this host would answer for it on the link.
  /// - Throws: where something cannot be made, or two tunnels of one sort are needed: then all but the second is there.
  mutating func up() throws(Failure) {
    try remove(strayAddresses)
    try keepParameters { !$0.contains("pintle-") }
    try remove(strayDevices)
    try lookAgain()
    do throws(NetlinkError) {
      var devices = try TunnelDevices()
      for device in needs.devices where table.link(named: device.name) == nil { try devices.add(device) }
    } catch {
      throw Failure("cannot make the end of a tunnel", error)
    }
    try keepPorts(needs.ports)
    try keepParameters { _ in true }

    try lookAgain()
    for need in needs.addresses where !has(need) {
      guard let link = table.link(named: need.interface) else { continue }
      do throws(NetlinkError) {
        var addresses = try Addresses()
        for outcome in addresses.add([IPNetwork(host: need.address)], to: link.index, origin: Self.origin) {
          _ = try outcome.get()
        }
      } catch {
        throw Failure("cannot add \(need.address) to \(need.interface)", error)
      }
    }
    if let device = needs.refusedDevices.first {
      throw Failure("cannot make the tunnel \(device.name) at \(device.local): \(Self.refusal)")
    }
  }

  /// Undoes it; what is not there any more is none the worse, and what others made stays.
  mutating func down() throws(Failure) {
    try remove(ownAddresses)
    try remove(ownDevices)
    try keepPorts([])
    _ = parameters.keep([:])
  }

  private mutating func keepParameters(_ isMeant: (String) -> Bool) throws(Failure) {
    for outcome in parameters.keep(needs.parameters.filter { isMeant($0.key) }) {
      if case .refused(let name, _, let wanted, let error) = outcome {
        throw Failure("cannot set \(name.replacing("/", with: ".")) to \(wanted)", error)
      }
    }
  }

  private func has(_ need: RealServerNeeds.Address) -> Bool {
    guard let link = table.link(named: need.interface) else { return false }
    return table.addresses(of: link.index).contains { $0.network.address == need.address }
  }

  private mutating func lookAgain() throws(Failure) {
    do throws(NetlinkError) {
      try table.readAll()
    } catch {
      throw Failure("cannot read this host's interfaces", error)
    }
  }
}
