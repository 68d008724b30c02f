import Balancing
import Testing

@Suite("The warm-up of a director that came back")
struct WarmUpTests {
  /// The seconds at which a warm-up ends, for the number of connections known in each second.
  private func ends(within seconds: Int = 300, _ count: (Int) -> Int) -> [Int] {
    var warmUp = WarmUp(at: .seconds(100), refreshPeriod: .seconds(10))
    var ends: [Int] = []
    for second in 1...seconds {
      let hasEnded = warmUp.observe(count(second), at: .seconds(100 + second))
      if hasEnded { ends.append(second) }
    }
    return ends
  }

  @Test("With no connections to learn it takes one period and the time that buffers take")
  func nothing() {
    #expect(ends { _ in 0 } == [13])
  }

  @Test("As long as connections come, it goes on; one in a hundred more is no growth")
  func learning() {
    #expect(ends { $0 <= 30 ? $0 * 50 : 1510 } == [43])
  }

  @Test("It ends even if new connections never cease, and says so once")
  func limit() {
    #expect(ends { $0 * 1000 } == [130])
  }
}
