internal import ArgumentParser
internal import IPVS
internal import Logging
internal import Model
internal import NIOPosix

struct CleanupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cleanup", abstract: "Remove all that Pintle owns in the kernel, while no daemon runs.",
    discussion: """
      The services with their servers, the packet filter's table, the connection sync, and the kernel's parameters, \
      which are set back. What others made stays. Connections through the removed services end.
      """)

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let lock = try runtime.directory.lock()
    let record = runtime.directory.ownership
    let owned = try record.read()
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
      try runtime.directory.maintenance.write([:])
    }
    let log = EventLog(Logger(label: "pintle") { _ in StandardErrorHandler() })
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    DataPath(on: loop, directory: runtime.directory.path, log: log).remove()
    _ = consume lock
  }
}
