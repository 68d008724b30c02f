internal import ArgumentParser
internal import Configuration

/// What the subcommands share.
struct RealServerOptions: ParsableArguments {
  @OptionGroup var file: ConfigurationFile

  @Option(
    help: "Where to remember what parameters were; default $RUNTIME_DIRECTORY or /run/pintle-realserver.")
  var runtimeDirectory: String?

  /// Where it is remembered what parameters were: not where the daemon, which is another user, has its own.
  var directory: String { RuntimeOptions.path(runtimeDirectory, orAsUsual: "/run/pintle-realserver") }

  /// This host, with what it needs; where it is no server of such a service, which is said, nothing.
  func host() throws(Failure) -> RealServerHost {
    let needs = RealServerNeeds(of: try file.read(), addresses: try HostInterfaces.addresses())
    for name in needs.markedServices {
      writeErrorLine(
        "the service '\(name)' is of a firewall mark, which has no address: give this host its addresses by hand"
      )
    }
    if needs.isEmpty, needs.markedServices.isEmpty {
      writeErrorLine("this host is no server of a direct or tunnelled service: it needs nothing")
    }
    return try RealServerHost(needs, directory: directory)
  }
}
