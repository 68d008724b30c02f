internal import ArgumentParser
internal import Control

struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Show what happened and why, the latest thousand events.")

  @OptionGroup var daemon: DaemonOptions

  @Flag(name: .shortAndLong, help: "Go on with those to come, until the daemon ends.")
  var follow = false

  func run() throws {
    do {
      try daemon.client.events(follow: follow) { line in
        if daemon.json { return writeOutput(String(decoding: line, as: UTF8.self) + "\n") }
        let event = try JSON.decode(EventRecord.self, from: line)
        writeOutput("\(event.time)  \(event.level)  \(event.message.withoutControls())\n")
      }
    } catch let error as ControlClientError {
      throw Failure(error.description.withoutControls())
    }
  }
}
