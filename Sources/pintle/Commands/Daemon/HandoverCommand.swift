internal import ArgumentParser
internal import Control

struct HandoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handover", abstract: "Give the virtual addresses to the peer, and stay out until resume.",
    discussion: """
      Without a living peer this host keeps them, and the exit status is 1. A restart of the daemon is no resume; one of \
      the host is.
      """)

  @OptionGroup var selection: RouterSelection
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    let routers = try selection.post(ControlPaths.handover, daemon)
    // The lowest priority says so.
    if let idle = routers.first(where: { $0.role == .backup && $0.peer?.priority == 1 }) {
      throw Failure(
        """
        the peer that has taken the addresses of \(idle.name.withoutControls()) has no servers: they come back here \
        (pintle status there says why)
        """)
    }
    let kept = routers.filter { $0.role == .active }.map(\.name)
    if kept.isEmpty { return }
    throw Failure(
      """
      no peer has taken the addresses of \(kept.joined(separator: ", ").withoutControls()): this host keeps them until \
      one does (pintle status; pintle resume takes part as before)
      """)
  }
}
