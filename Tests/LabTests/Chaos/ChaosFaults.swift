import Glibc
import TestSupport

/// Does what a schedule says to a stage, and undoes it.
final class ChaosFaults {
  private let stage: Stage
  private let configuration: (_ director: String) -> String
  /// What goes on while something is waited for.
  private let meanwhile: () throws -> Void
  /// The directors without a daemon.
  private var absent: Set<String> = []

  /// Begins with a stage that is whole.
  init(
    _ stage: Stage, configuration: @escaping (_ director: String) -> String,
    meanwhile: @escaping () throws -> Void
  ) {
    self.meanwhile = meanwhile
    self.stage = stage
    self.configuration = configuration
  }

  /// Does something.
  func begin(_ fault: ChaosSchedule.Fault) throws {
    switch fault {
    case .kill(let director):
      absent.insert(director)
      stage.kill(director, SIGKILL)
    case .stop(let director):
      absent.insert(director)
      stage.kill(director, SIGTERM)
    case .pause(let director): stage.kill(director, SIGSTOP)
    case .link(let director): try stage.onStage("switch", "ip link set \(director) down")
    case .loss(let director, let percent):
      try stage.onStage("switch", "tc qdisc add dev \(director) root netem loss \(percent)%")
    case .partition:
      try stage.onStage(
        "switch",
        """
        nft "add table bridge apart; add chain bridge apart words { type filter hook forward priority 0; };
          add rule bridge apart words ip protocol { vrrp, udp } drop"
        """)
    // What it edits may be gone already.
    case .edit(let director, let line): try stage.onStage(director, "sh -c \"\(line) || :\"")
    case .crash(let server): try stage.onStage("switch", "ip link set \(server) down")
    case .reload(let director, let isGood):
      guard !absent.contains(director) else { return }
      try Lab.write(isGood ? configuration(director) : "services: [", to: "/run/stage/\(director).yaml")
      stage.kill(director, SIGHUP)
    }
  }

  /// Undoes it.
  func end(_ fault: ChaosSchedule.Fault) throws {
    switch fault {
    case .kill(let director), .stop(let director):
      let starts = try count("serving ", director)
      try stage.start(director, configuration(director))
      // It would die of a reload before it can take one.
      let deadline = ContinuousClock.now + .seconds(60)
      while try count("serving ", director) == starts {
        guard ContinuousClock.now < deadline else {
          throw Lab.Failure(description: "\(director) does not serve again\n\(try stage.log(director))")
        }
        try meanwhile()
      }
      absent.remove(director)
    case .pause(let director): stage.kill(director, SIGCONT)
    case .link(let director): try stage.onStage("switch", "ip link set \(director) up")
    case .loss(let director, _): try stage.onStage("switch", "tc qdisc delete dev \(director) root")
    case .partition: try stage.onStage("switch", "nft delete table bridge apart")
    case .edit: break
    case .crash(let server): try stage.onStage("switch", "ip link set \(server) up")
    case .reload(let director, _):
      try Lab.write(configuration(director), to: "/run/stage/\(director).yaml")
    }
  }

  private func count(_ words: String, _ director: String) throws -> Int {
    try stage.log(director).split(separator: "\n").count { $0.contains(words) }
  }
}
