internal import Host
internal import Model
internal import Netlink

/// The ports where UDP encapsulation is taken off.
///
/// The kernel does not say who opened one, so that the runtime directory remembers which ones are ours.
extension RealServerHost {
  /// Every port that is needed, and whether it is open; and those that nobody needs any more.
  func portItems() throws(Failure) -> [Item] {
    let own = try ownPorts()
    if needs.ports.isEmpty, own.isEmpty { return [] }
    let open = try openPorts()
    return needs.ports.map { Item(what: $0.name, problem: open.contains($0) ? nil : "closed") }
      + own.subtracting(needs.ports).intersection(open).map(\.name).sorted().map {
        Item(what: $0, problem: "left over, needed no more")
      }
  }

  /// Opens the ports that are needed, and closes those of ours that are not.
  ///
  /// - Parameter needed: the ports; another's that is open already stays another's.
  /// - Throws: where the kernel refuses, or it cannot be remembered.
  func keepPorts(_ needed: [EncapsulationPort]) throws(Failure) {
    let own = try ownPorts()
    if needed.isEmpty, own.isEmpty { return }
    do {
      let open = try openPorts()
      let missing = needed.filter { !open.contains($0) }
      let stray = own.subtracting(needed)
      // Remembered first: what was opened and is not remembered would stay open.
      try portRecord.write(own.intersection(open).union(missing).map(\.line).sorted())
      var ports = try EncapsulationPorts()
      for port in missing { try ports.add(port) }
      for port in stray where open.contains(port) { try ports.remove(port) }
      try portRecord.write(own.intersection(open).union(missing).subtracting(stray).map(\.line).sorted())
    } catch let failure as Failure {
      throw failure
    } catch NetlinkError.noSuchFamily where needed.isEmpty {
      // Nothing is open then.
    } catch NetlinkError.noSuchFamily {
      // No name of the kernel's own loads it.
      throw Failure("the kernel has no UDP encapsulation (try: modprobe fou)")
    } catch {
      throw Failure("cannot open or close a port of UDP encapsulation", error)
    }
  }

  private func openPorts() throws(Failure) -> Set<EncapsulationPort> {
    do throws(NetlinkError) {
      var ports = try EncapsulationPorts()
      return try ports.all()
    } catch .noSuchFamily {
      return []
    } catch {
      throw Failure("cannot read the ports of UDP encapsulation", error)
    }
  }

  private func ownPorts() throws(Failure) -> Set<EncapsulationPort> {
    Set(try portRecord.read().compactMap(EncapsulationPort.init(line:)))
  }
}

extension EncapsulationPort {
  /// What a status calls it.
  fileprivate var name: String { "port \(port) of UDP encapsulation over \(family.rawValue)" }

  /// As the record has it.
  fileprivate var line: String { "\(port) \(family.rawValue)" }

  fileprivate init?(line: Substring) {
    let words = line.split(separator: " ")
    guard words.count == 2, let port = UInt16(words[0]),
      let family = AddressFamily(rawValue: String(words[1]))
    else { return nil }
    self.init(port: port, family: family)
  }
}
