import Control
import Testing

@Suite("Times and durations of the records")
struct TimestampTests {
  @Test(
    "A time is written and read as RFC 3339 has it",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
      (951_826_154_007, "2000-02-29T12:09:14.007Z"),
      (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
      (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
  func roundTrip(_ milliseconds: Int64, _ text: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
    #expect(Timestamp(text)?.milliseconds == milliseconds)
  }

  @Test("Days of 800 years survive being written and read")
  func days() {
    for day in stride(from: Int64(-146_097), through: 146_097, by: 13) {
      let time = Timestamp(milliseconds: day * 86_400_000 + 45_296_789)
      guard Timestamp(time.description) == time else {
        Issue.record("\(time)")
        return
      }
    }
  }

  @Test(
    "What is no time is not read as one",
    arguments: [
      "", "2026-11-25", "2026-11-25T02:10:54Z", "2026-11-25T02:10:54.318+00:00", "2026-02-29T00:00:00.000Z",
      "2026-13-01T00:00:00.000Z", "2026-11-25T24:00:00.000Z", "2026-11-25T02:60:00.000Z",
      "2026-11-25T02:10:60.000Z", "2026-1a-25T02:10:54.318Z", "2026-11-25t02:10:54.318z",
      "2026-00-25T02:10:54.318Z", "2026-11-00T02:10:54.318Z",
    ])
  func malformed(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test("This moment is after the one before it")
  func now() {
    let before = Timestamp.now
    #expect(before.milliseconds > 1_700_000_000_000)
    #expect(Timestamp.now >= before)
  }

  @Test("A duration is a number of milliseconds")
  func durations() {
    #expect(Milliseconds(.milliseconds(100)).value == 100)
    #expect(Milliseconds(.microseconds(1_234)).value == 1.234)
    #expect(Milliseconds(.seconds(40)).value == 40_000)
  }
}
