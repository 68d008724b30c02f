import HealthChecks
import Testing

@Suite("The schedule")
struct CheckScheduleTests {
  @Test("spreads the first probes evenly over an interval")
  func offsets() {
    let offsets = (0..<4).map { CheckSchedule.offset(of: $0, among: 4, interval: .milliseconds(400)) }
    #expect(offsets == [.zero, .milliseconds(100), .milliseconds(200), .milliseconds(300)])
  }

  @Test("does not make a first probe wait for more than a second")
  func firstProbeIsSoon() {
    #expect(CheckSchedule.offset(of: 999, among: 1000, interval: .seconds(3600)) == .milliseconds(999))
    #expect(CheckSchedule.offset(of: 0, among: 0, interval: .seconds(1)) == .zero)
  }

  @Test("spreads the first probes of many services as those of many servers")
  func offsetsOfServices() {
    let offsets = CheckSchedule.offsets(of: [
      (servers: 1, interval: .seconds(1)), (servers: 0, interval: .seconds(1)),
      (servers: 2, interval: .seconds(9)), (servers: 1, interval: .milliseconds(400)),
    ])
    #expect(offsets == [[.zero], [], [.milliseconds(250), .milliseconds(500)], [.milliseconds(300)]])
  }

  @Test("keeps every gap within a tenth of the interval, and the interval on average")
  func jitter() {
    var schedule = CheckSchedule(interval: .seconds(1), generator: SplitMix(state: 1))
    let gaps = (0..<1000).map { _ in schedule.nextGap() }
    #expect(gaps.allSatisfy { (.milliseconds(900)...(.milliseconds(1100))).contains($0) })
    #expect(Set(gaps).count > 900)
    let mean = gaps.reduce(.zero, +) / 1000
    #expect((.milliseconds(990)...(.milliseconds(1010))).contains(mean))
  }

  @Test("takes its chance from the generator that it is given")
  func generator() {
    var first = CheckSchedule(interval: .seconds(1), generator: SplitMix(state: 7))
    var second = CheckSchedule(interval: .seconds(1), generator: SplitMix(state: 7))
    #expect((0..<10).map { _ in first.nextGap() } == (0..<10).map { _ in second.nextGap() })
  }
}
