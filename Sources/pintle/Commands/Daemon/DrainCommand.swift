internal import ArgumentParser
internal import Control

struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Take a server out for maintenance: new connections go elsewhere.",
    discussion: """
      Its connections stay for the service's `drain` (60 s by default); what is left of them is reset then. It stays out \
      until undrain, across reloads and restarts of the daemon.
      """)

  @OptionGroup var selection: ServerSelection
  @OptionGroup var daemon: DaemonOptions

  func run() throws { try selection.post(ControlPaths.drain, "drains", daemon) }
}
