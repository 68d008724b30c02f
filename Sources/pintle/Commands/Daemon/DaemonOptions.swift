internal import ArgumentParser
internal import Control

/// What every command has that asks the daemon.
struct DaemonOptions: ParsableArguments {
  @OptionGroup var runtime: RuntimeOptions

  @Flag(help: "JSON instead of text.")
  var json = false

  /// The daemon.
  var client: ControlClient { ControlClient(socket: "\(runtime.directory.path)/\(ControlPaths.socketName)") }
}

/// Asks the daemon; what it refuses is told with its details, a line each.
func asking<Answer>(_ ask: () throws(ControlClientError) -> Answer) throws(Failure) -> Answer {
  do throws(ControlClientError) {
    return try ask()
  } catch {
    if case .refused(let record) = error {
      for detail in record.details { writeErrorLine(detail.withoutControls()) }
    }
    throw Failure(error.description.withoutControls())
  }
}
