internal import ArgumentParser
internal import Configuration

struct RealServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "realserver",
    abstract: "Make this host ready for what the directors send to it directly or by a tunnel.",
    discussion: """
      It finds itself among the servers of the configuration by its own addresses. For a direct service it needs the \
      service's address on lo, and must not answer for it on the link; for a tunnel, its receiving end as well.
      """,
    subcommands: [RealServerUpCommand.self, RealServerDownCommand.self, RealServerStatusCommand.self])
}
