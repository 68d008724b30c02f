internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Host
internal import IPVS
internal import Logging
internal import Model
internal import NIOPosix
internal import Netlink

struct CleanupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cleanup", abstract: "Remove all that Pintle owns in the kernel, while no daemon runs.",
    discussion: """
      The virtual addresses with their interfaces, which a daemon that was killed leaves behind, the services with \
      their servers, the packet filter's table, the connection sync, and the kernel's parameters, which are set back. \
      What others made stays. Connections through the removed services end.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The configuration, which names the virtual addresses where the kernel does not mark them (before Linux 5.18); "
        + "default \(ConfigurationFile.defaultPath), if it is there."))
  var config: String?

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let lock = try runtime.directory.lock()
    let log = EventLog(Logger(label: "pintle") { _ in StandardErrorHandler() })
    let routers = try routers()
    // The addresses first: another director may hold them, too. What stays of one part keeps nothing of another here.
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let stays =
      removing("virtual addresses") { try remove(routers, log) } + removing("services", removeServices)
      + DataPath(on: loop, directory: runtime.directory.path, log: log).remove()
    _ = consume lock
    guard stays.isEmpty else {
      throw Failure("\(stays.joined(separator: " and ")) stay; remove them by hand")
    }
  }

  /// Removes a part, and says what stays of it.
  private func removing(_ part: String, _ remove: () throws -> [String]) -> [String] {
    do {
      return try remove()
    } catch {
      writeError("\(error)")
      return [part]
    }
  }

  // MARK: - Virtual routers

  /// Removes what virtual routers have left; returns what stays.
  private func remove(_ routers: [VirtualRouterConfiguration], _ log: EventLog) throws -> [String] {
    var failures = 0
    var addresses = try Addresses()
    for leftover in RouterLeftovers(of: routers, in: try LinkTable()).addresses {
      let outcomes = addresses.remove(leftover.networks, from: leftover.link.index)
      for (network, outcome) in zip(leftover.networks, outcomes) {
        do throws(NetlinkError) {
          _ = try outcome.get()
          writeOutput("- address \(network) on \(leftover.link.name)\n")
        } catch {
          failures += 1
          writeError("cannot remove \(network) from \(leftover.link.name): \(error)")
        }
      }
    }
    let keeper = try VirtualMACKeeper(directory: runtime.directory.path) { log.report($0) }
    return (failures > 0 ? ["\(failures) virtual addresses"] : [])
      + (keeper.end() ? [] : ["interfaces with virtual MAC addresses, or kernel parameters"])
  }

  private func routers() throws(Failure) -> [VirtualRouterConfiguration] {
    let path = config ?? ConfigurationFile.defaultPath
    // Whoever takes Pintle off a host may have removed it before.
    if config == nil, access(path, F_OK) != 0 { return [] }
    do throws(ConfigurationRefusal) {
      return try loadConfiguration(path).configuration.virtualRouters
    } catch {
      if config != nil { throw Failure("\(error); nothing was changed") }
      // It must not keep what is marked, and all the rest, where it is.
      writeError("\(error); of virtual addresses only those go that the kernel marks as Pintle's")
      return []
    }
  }

  // MARK: - Services

  /// Removes the services that Pintle owns; returns what stays.
  private func removeServices() throws -> [String] {
    try runtime.directory.maintenance.write([:])
    let handover = runtime.directory.handover
    if try !handover.read().isEmpty { try handover.write([]) }
    let record = runtime.directory.ownership
    let owned = try record.read()
    // Without services no IPVS is needed, and this kernel may have none.
    if owned.isEmpty { return [] }
    var failed: Set<ServiceKey> = []
    try withIPVS { client in
      let existing = Set(try client.services().map(\.service.key))
      let changes = owned.intersection(existing).sorted().map(TableChange.deleteService)
      for (change, outcome) in zip(changes, client.apply(changes)) {
        switch outcome {
        case .success: writeOutput(change.planLine + "\n")
        case .failure(let error):
          failed.insert(change.key)
          writeError(Failure(error).description)
        }
      }
      try record.write(failed)
    }
    return failed.isEmpty ? [] : ["\(failed.count) services"]
  }
}
