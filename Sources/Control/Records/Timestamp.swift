internal import Glibc

/// A moment of wall-clock time to the millisecond; in JSON an RFC 3339 string in UTC: `2026-11-25T02:10:54.318Z`.
package struct Timestamp: Hashable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; of the years 0 to 9999 where it came from text.
  package var milliseconds: Int64

  /// A number of milliseconds since 1970.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// This moment, by CLOCK_REALTIME.
  package static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// The time from an earlier moment to this one; negative where that was later.
  package func elapsed(since earlier: Timestamp) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }
}

extension Timestamp: Comparable {
  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

extension Timestamp: CustomStringConvertible {
  /// As RFC 3339 writes it, in UTC.
  package var description: String {
    let (days, rest) = milliseconds.dividedByFlooring(86_400_000)
    let (year, month, day) = Self.date(ofDay: days)
    let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1000)
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    return "\(padded(year, 4))-\(padded(month))-\(padded(day))"
      + "T\(padded(hour)):\(padded(minute)):\(padded(second)).\(padded(fraction, 3))Z"
  }

  /// Reads what ``description`` writes; nil for anything else.
  package init?(_ text: String) {
    let form = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
    let text = Array(text.utf8)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard text.count == form.count,
      zip(form, text).allSatisfy({ $0 == UInt8(ascii: "d") ? digits.contains($1) : $0 == $1 })
    else { return nil }
    func number(_ range: Range<Int>) -> Int64 {
      text[range].reduce(0) { $0 * 10 + Int64($1 - digits.lowerBound) }
    }
    let day = Self.day(ofYear: number(0..<4), month: number(5..<7), day: number(8..<10))
    let seconds = (day * 24 + number(11..<13)) * 3600 + number(14..<16) * 60 + number(17..<19)
    milliseconds = seconds * 1000 + number(20..<23)
    guard description.utf8.elementsEqual(text) else { return nil }
  }

  //  The proleptic Gregorian calendar in eras of 400 years that begin on 1 March, so that a leap day is a year's last.

  private static let daysPerEra: Int64 = 146_097
  /// From 0000-03-01 to 1970-01-01.
  private static let daysBefore1970: Int64 = 719_468

  private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (day + daysBefore1970).dividedByFlooring(daysPerEra)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func day(ofYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).dividedByFlooring(400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * daysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - daysBefore1970
  }
}

extension Timestamp: Codable {
  /// Reads an RFC 3339 string.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a time in UTC as RFC 3339 writes it")
    }
    self = value
  }

  /// Writes an RFC 3339 string.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Int64 {
  /// The quotient towards negative infinity, and a remainder that is never negative.
  fileprivate func dividedByFlooring(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

private func padded(_ number: Int64, _ width: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
