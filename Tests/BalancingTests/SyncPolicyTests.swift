import Balancing
import Model
import Testing

@Suite("Which halves of the connection sync run")
struct SyncPolicyTests {
  private let both = SyncPolicy(interface: "eth0", id: 51, oneAtATime: false)
  private let one = SyncPolicy(interface: "eth0", id: 51, oneAtATime: true)

  private func daemon(_ role: SyncDaemon.Role, _ interface: String = "eth0", id: UInt8 = 51) -> SyncDaemon {
    SyncDaemon(role, interface: interface, syncID: id, maximumLength: role == .master ? 1 : nil)
  }

  @Test("Both run in either role, where they may")
  func bothAlways() {
    for role in [SyncPolicy.Role.active, .backup] {
      #expect(Set(both.daemons(as: role).map(\.role)) == [.master, .backup])
    }
  }

  @Test("A director that is a server of what keeps its destination sends as Active and receives as Backup")
  func oneAtATime() {
    #expect(one.daemons(as: .active) == [daemon(.master)])
    #expect(one.daemons(as: .backup) == [daemon(.backup)])
  }

  @Test("A change of role stops one half before it starts the other")
  func takeover() {
    #expect(
      SyncPolicy.steps(from: one.daemons(as: .backup), to: one.daemons(as: .active)) == [
        .stop(.backup), .start(daemon(.master)),
      ])
  }

  @Test("What runs already as it should is left alone, whatever the kernel says of its group and port")
  func steady() {
    var master = daemon(.master)
    master.port = 8848
    var backup = daemon(.backup)
    backup.maximumLength = 1484
    #expect(SyncPolicy.steps(from: [master, backup], to: both.daemons(as: .active)) == [])
  }

  @Test("One that gathers connections in its datagrams for seconds gives way to one that sends each at once")
  func gathering() {
    var gathering = daemon(.master)
    gathering.maximumLength = 1472
    #expect(
      SyncPolicy.steps(from: [gathering], to: [daemon(.master)]) == [.stop(.master), .start(daemon(.master))])
  }

  @Test("An interface that was made anew, with the same name, means another daemon")
  func sameName() {
    let daemons = both.daemons(as: .active)
    #expect(
      SyncPolicy.steps(from: daemons, to: daemons, interfaceIsAnother: true)
        == daemons.map { .stop($0.role) } + daemons.map(SyncPolicy.Step.start))
  }

  @Test("Another interface or another identifier means another daemon")
  func changed() {
    #expect(
      SyncPolicy.steps(
        from: [daemon(.backup, "eth1"), daemon(.master, id: 7)], to: both.daemons(as: .active))
        == [.stop(.backup), .stop(.master), .start(daemon(.backup)), .start(daemon(.master))])
  }
}
