import Balancing
import Model
import Testing

@Suite("A contest about the table")
struct ContestTests {
  private let first = TableChange.addService(Fixtures.service)
  private let second = TableChange.deleteServer(Fixtures.all[0], Fixtures.service.key)

  @Test(
    "begins when the same change is undone more than five times in a row, and pauses twice as long each time")
  func begins() {
    var contest = Contest()
    for round in 0..<5 {
      #expect(contest.note([first, second], at: Fixtures.time(Int64(round) * 2000)) == nil)
    }
    #expect(!contest.isOn && contest.mayRepair(at: Fixtures.time(10_000)))
    var time: Int64 = 10_000
    for pause in [4, 8, 16, 32, 60, 60] as [Int64] {
      #expect(contest.note([first], at: Fixtures.time(time)) == .seconds(pause))
      #expect(!contest.mayRepair(at: Fixtures.time(time + pause * 1000 - 1)))
      time += pause * 1000
      #expect(contest.mayRepair(at: Fixtures.time(time)))
    }
  }

  @Test("is none about different changes, however many they are")
  func different() {
    var contest = Contest()
    for number in 1...250 {
      let change = TableChange.addServer(Fixtures.server(UInt8(number)), Fixtures.service.key)
      #expect(contest.note([change], at: Fixtures.time(Int64(number))) == nil)
    }
  }

  @Test("is none where the same change is undone once in a while")
  func rare() {
    var contest = Contest()
    for round in 0..<50 { #expect(contest.note([first], at: Fixtures.time(Int64(round) * 61_000)) == nil) }
  }

  @Test("is over once nothing was undone for a minute beyond the pause")
  func ends() {
    var contest = Contest()
    for round in 0..<6 { _ = contest.note([first], at: Fixtures.time(Int64(round))) }
    #expect(contest.isOn)
    let early = contest.rest(at: Fixtures.time(64_000))
    #expect(!early && contest.isOn)
    let late = contest.rest(at: Fixtures.time(64_100))
    #expect(late && !contest.isOn)
    let again = contest.rest(at: Fixtures.time(64_200))
    #expect(!again)
    #expect(contest.note([first], at: Fixtures.time(64_300)) == nil)
  }
}
