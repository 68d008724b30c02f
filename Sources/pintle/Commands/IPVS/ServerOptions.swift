internal import ArgumentParser
internal import Model

/// The settings of a server as options; those that are not given stay as they are.
struct ServerOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How packets reach it: nat, direct, ipip, gre[+csum], gue:PORT[+csum|+remcsum].", valueName: "method"))
  var forwarding: ForwardingMethod?

  @Option(name: .shortAndLong, help: "Its share of new connections; 0 takes no new ones.")
  var weight: UInt32?

  @Option(help: "At this many connections it gets no new ones; 0: no limit.")
  var upperThreshold: UInt32?

  @Option(help: "Below this many it gets new ones again; 0: three quarters of the upper one.")
  var lowerThreshold: UInt32?

  /// Changes what is given.
  func apply(to server: inout RealServer) {
    if let forwarding { server.forwarding = forwarding }
    if let weight { server.weight = weight }
    if let upperThreshold { server.upperThreshold = upperThreshold }
    if let lowerThreshold { server.lowerThreshold = lowerThreshold }
  }
}
