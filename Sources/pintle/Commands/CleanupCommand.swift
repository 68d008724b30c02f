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
    // The addresses first: another director may hold them, too. What stays of them keeps nothing else here.
    let stays = try removeRouters(log)
    try removeServices()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    DataPath(on: loop, directory: runtime.directory.path, log: log).remove()
    _ = consume lock
    guard stays.isEmpty else {
      throw Failure("\(stays.joined(separator: " and ")) stay; remove them by hand")
    }
  }

  // MARK: - Virtual routers

  /// Removes what virtual routers have left; returns what stays.
  private func removeRouters(_ log: EventLog) throws -> [String] {
    var failures = 0
    var addresses = try Addresses()
    for leftover in RouterLeftovers(of: try routers(), in: try LinkTable()).addresses {
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

  private func removeServices() throws {
    let record = runtime.directory.ownership
    let owned = try record.read()
    // Without services no IPVS is needed, and this kernel may have none.
    guard !owned.isEmpty else { return try runtime.directory.maintenance.write([:]) }
    try withIPVS { client in
      let existing = Set(try client.services().map(\.service.key))
      let changes = owned.intersection(existing).sorted().map(TableChange.deleteService)
      var failed: Set<ServiceKey> = []
      for (change, outcome) in zip(changes, client.apply(changes)) {
        switch outcome {
        case .success: writeOutput(change.planLine + "\n")
        case .failure(let error):
          failed.insert(change.key)
          writeError(Failure(error).description)
        }
      }
      try record.write(failed)
      if !failed.isEmpty { throw Failure("\(failed.count) of \(changes.count) changes failed") }
    }
    try runtime.directory.maintenance.write([:])
  }
}
