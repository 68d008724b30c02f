internal import ArgumentParser
internal import Balancing
internal import Configuration
internal import IPVS
internal import Model

struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Bring the kernel's table to a configuration, once, without the daemon.",
    discussion: "No health is checked: every server of the configuration is in service.")

  @OptionGroup var file: ConfigurationFile
  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let configuration = try file.read()
    let lock = try runtime.directory.lock()
    let record = runtime.directory.ownership
    let owned = try record.read()
    let desired = configuration.forwardingTable
    try withIPVS { client in
      let plan = Plan(from: try client.table(), to: desired, owned: owned)
      // Remembered first: a crash in between must not leave services that nobody owns.
      try record.write(owned.union(desired.entries.keys))
      var failures = 0
      for (change, outcome) in zip(plan.changes, client.apply(plan.changes)) {
        switch outcome {
        case .success: writeOutput(change.planLine + "\n")
        case .failure(let error):
          failures += 1
          writeError(Failure(error).description)
        }
      }
      if failures > 0 { throw Failure("\(failures) of \(plan.changes.count) changes failed") }
      try record.write(Set(desired.entries.keys))
    }
    _ = consume lock
  }
}
