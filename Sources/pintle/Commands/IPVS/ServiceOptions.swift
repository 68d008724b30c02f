internal import ArgumentParser
internal import Model

/// The settings of a service as options; those that are not given stay as they are.
struct ServiceOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Who picks the server of a new connection.")
  var scheduler: Scheduler?

  @Option(help: "The scheduler's flags, such as mh-port,mh-fallback; 'none' for no flag.")
  var flags: String?

  @Option(help: "Keep a client on its server for that many seconds; 0: do not.")
  var persistence: UInt32?

  @Option(help: "Which clients count as one: a prefix length, or an IPv4 mask.")
  var netmask: String?

  @Option(help: "Who finds a client's identity in its packets, such as sip; 'none' for its address.")
  var engine: String?

  @Flag(inversion: .prefixedNo, help: "Schedule every datagram anew (UDP).")
  var onePacket: Bool?

  /// Changes what is given.
  func apply(to service: inout VirtualService) throws(Failure) {
    if let scheduler { service.scheduler = scheduler }
    if let flags { service.schedulerFlags = try parseFlags(flags, of: service.scheduler) }
    switch persistence {
    case 0: service.persistence = nil
    case let timeout?:
      let mask = service.persistence?.mask ?? Persistence.hostMask(service.key.family)
      service.persistence = Persistence(timeout: timeout, mask: mask)
    case nil: break
    }
    if let netmask {
      guard let mask = parseMask(netmask, family: service.key.family) else {
        throw Failure(
          "'\(netmask)' is no netmask of an \(service.key.family.rawValue) service", status: Failure.usage)
      }
      guard service.persistence != nil else {
        throw Failure("a netmask needs --persistence", status: Failure.usage)
      }
      service.persistence?.mask = mask
    }
    if let engine {
      if engine == "none" {
        service.persistenceEngine = nil
      } else {
        guard let name = PersistenceEngine(engine) else {
          throw Failure("'\(engine)' is no name of a persistence engine", status: Failure.usage)
        }
        service.persistenceEngine = name
      }
    }
    if let onePacket { service.isOnePacket = onePacket }
  }

  private func parseFlags(_ text: String, of scheduler: Scheduler) throws(Failure) -> SchedulerFlags {
    var flags: SchedulerFlags = []
    if text == "none" { return flags }
    for name in text.split(separator: ",") {
      guard let flag = SchedulerFlags(name: name, of: scheduler) else {
        let known = SchedulerFlags.all.names(for: scheduler).joined(separator: ", ")
        throw Failure(
          "'\(name)' is no flag of scheduler \(scheduler) (it has \(known))", status: Failure.usage)
      }
      flags.insert(flag)
    }
    return flags
  }

  private func parseMask(_ text: String, family: AddressFamily) -> UInt32? {
    if family == .ipv4, let mask = IPv4Address(text) { return mask.value }
    guard let length = Int(text), (1...family.addressBits).contains(length) else { return nil }
    return Persistence(prefixLength: length, family: family).mask
  }
}
