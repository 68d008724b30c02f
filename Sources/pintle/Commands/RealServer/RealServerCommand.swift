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

/// What the subcommands share.
struct RealServerOptions: ParsableArguments {
  @OptionGroup var file: ConfigurationFile

  @Option(
    help: "Where to remember what parameters were; default $RUNTIME_DIRECTORY or /run/pintle-realserver.")
  var runtimeDirectory: String?

  /// Where it is remembered what parameters were: not where the daemon, which is another user, has its own.
  var directory: String { RuntimeOptions.path(runtimeDirectory, orAsUsual: "/run/pintle-realserver") }

  /// What this host needs; nil where it is no server of such a service, which is said.
  func needs() throws(Failure) -> RealServerNeeds? {
    let needs = RealServerNeeds(of: try file.read(), addresses: try HostInterfaces.addresses())
    if !needs.isEmpty { return needs }
    writeErrorLine("this host is no server of a direct or tunnelled service: nothing to do")
    return nil
  }
}
