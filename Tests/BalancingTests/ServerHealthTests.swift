import Balancing
import Model
import Testing

/// A story of checks, a letter each, with rise 2 and fall 3: `+` healthy, `r` refused, `t` timed out, `5` status 500,
/// `s` shutting down, `4` status 401, `x` the check cannot run.
@Suite("A server's health")
struct ServerHealthTests {
  struct Story: CustomTestStringConvertible {
    var origin: ServerHealth.Origin = .absent
    var checks: String
    var state: ServerHealth.State
    var last: [ServerHealth.Transition]
    var testDescription: String { "\(origin) \(checks)" }
  }

  static let results: [Character: ProbeResult] = [
    "+": .healthy, "r": .failed(.refused), "t": .failed(.timedOut(.connect)), "5": .failed(.status(500)),
    "s": .failed(.shuttingDown), "4": .failed(.unauthorized(401)), "x": .failed(.misconfigured("no CA")),
  ]

  @Test(
    "follows its checks, and gives the reason of each change",
    arguments: [
      // The first check.
      Story(checks: "+", state: .up, last: [.roseFirst]),
      Story(checks: "r", state: .down(.refused), last: [.failedFirst(.refused)]),
      Story(checks: "5", state: .down(.status(500)), last: [.failedFirst(.status(500))]),
      Story(checks: "r+", state: .down(.refused), last: []),
      Story(checks: "r++", state: .up, last: [.rose(after: 2)]),
      Story(checks: "r+r+", state: .down(.refused), last: []),
      Story(origin: .silenced, checks: "+", state: .up, last: [.roseFirst]),
      Story(origin: .silenced, checks: "5", state: .unverified(.silenced), last: []),
      Story(origin: .serving, checks: "rr", state: .unverified(.serving), last: []),
      Story(origin: .serving, checks: "rrr", state: .down(.refused), last: [.fell(.refused, after: 3)]),
      // Dead: nobody answers.
      Story(checks: "+rr", state: .up, last: []),
      Story(checks: "+rr+rr", state: .up, last: []),
      Story(checks: "+rtr", state: .down(.refused), last: [.fell(.refused, after: 3)]),
      Story(checks: "+rrrt", state: .down(.timedOut(.connect)), last: []),
      // Not ready: it answers.
      Story(checks: "+55", state: .up, last: []),
      Story(
        checks: "+555", state: .draining(.status(500)), last: [.becameUnready(.status(500), after: 3)]),
      Story(checks: "+555+", state: .draining(.status(500)), last: []),
      Story(checks: "+555++", state: .up, last: [.rose(after: 2)]),
      Story(checks: "+5r5", state: .draining(.status(500)), last: [.becameUnready(.status(500), after: 3)]),
      Story(checks: "+55r", state: .draining(.refused), last: [.becameUnready(.refused, after: 3)]),
      Story(checks: "+55rrr", state: .down(.refused), last: [.fell(.refused, after: 3)]),
      Story(checks: "+555rr5", state: .draining(.status(500)), last: []),
      Story(checks: "+555rrr", state: .down(.refused), last: [.fell(.refused, after: 3)]),
      // It says that it is about to end.
      Story(checks: "+s", state: .draining(.shuttingDown), last: [.beganShutdown]),
      Story(checks: "+s5", state: .draining(.shuttingDown), last: []),
      Story(checks: "+s++", state: .up, last: [.rose(after: 2)]),
      Story(checks: "+srrr", state: .down(.refused), last: [.fell(.refused, after: 3)]),
      Story(checks: "+555s", state: .draining(.shuttingDown), last: [.beganShutdown]),
      Story(checks: "s", state: .down(.shuttingDown), last: [.failedFirst(.shuttingDown)]),
      // Reachable, and reserved.
      Story(
        checks: "4", state: .misconfigured(status: 401), last: [.roseFirst, .wantsCredentials(status: 401)]),
      Story(checks: "+4", state: .misconfigured(status: 401), last: [.wantsCredentials(status: 401)]),
      Story(checks: "+44444", state: .misconfigured(status: 401), last: []),
      Story(checks: "+4+", state: .up, last: [.acceptedCredentials]),
      Story(checks: "+4rrr", state: .down(.refused), last: [.fell(.refused, after: 3)]),
      // The check cannot run: that says nothing.
      Story(checks: "+x", state: .up, last: [.cannotBeChecked("no CA")]),
      Story(checks: "+xxxxx", state: .up, last: []),
      Story(checks: "+rrx", state: .up, last: [.cannotBeChecked("no CA")]),
      Story(checks: "+x+x", state: .up, last: [.cannotBeChecked("no CA")]),
      Story(checks: "x", state: .unverified(.absent), last: [.cannotBeChecked("no CA")]),
    ])
  func story(_ story: Story) {
    var health = ServerHealth(story.origin)
    var last: [ServerHealth.Transition] = []
    for letter in story.checks { last = health.record(Self.results[letter] ?? .healthy, rise: 2, fall: 3) }
    #expect(health.state == story.state)
    #expect(last == story.last)
  }

  @Test("of one in service takes no new connections only for a reason", arguments: ["rrr", "555", "s"])
  func serves(_ checks: String) {
    var health = ServerHealth(.absent)
    #expect(!health.isServing)
    _ = health.record(.healthy, rise: 2, fall: 3)
    #expect(health.isServing && health.failure == nil)
    for letter in checks { _ = health.record(Self.results[letter] ?? .healthy, rise: 2, fall: 3) }
    #expect(!health.isServing && health.failure != nil)
  }
}
