import Glibc
import TestSupport

/// Who held an address when, as the kernels of the directors told it.
struct HolderWatch {
  /// A stretch of time, in seconds since 1970.
  typealias Stretch = ClosedRange<Double>

  private let hosts: [String]
  private let address: String
  private let began = now

  /// The time now, in seconds since 1970.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Begins to write down what becomes of the addresses of some hosts; it ends with their network namespaces' processes.
  init(_ hosts: [String], address: String) throws {
    self.hosts = hosts
    self.address = address
    for host in hosts {
      try Lab.shell(
        """
        ip -n \(host) -o address show dev lan >\(Self.file(host)).first
        ip -n \(host) -ts -o monitor address >\(Self.file(host)) 2>&1 </dev/null & echo $! >\(Self.file(host)).pid
        """)
    }
  }

  private static func file(_ host: String) -> String { "/run/stage/\(host).addresses" }

  /// Ends the writing.
  func stop() throws {
    for host in hosts { try Lab.shell("kill $(cat \(Self.file(host)).pid)") }
  }

  /// The stretches in which so many hosts held the address, without the times that are excused.
  func stretches(holders: Int, excused: [Stretch]) throws -> [Stretch] {
    var changes: [(time: Double, change: Int)] = []
    var count = 0
    for host in hosts {
      var holds = try Lab.shell("cat \(Self.file(host)).first").contains(" \(address)/")
      if holds { count += 1 }
      for line in try Lab.shell("cat \(Self.file(host))").split(separator: "\n")
      where line.contains(" \(address)/") {
        guard let time = Self.time(of: line) else {
          throw Lab.Failure(description: "no time in: \(line)")
        }
        // An address that is renewed is told again.
        let held = !line.contains("Deleted")
        if held != holds { changes.append((time, held ? 1 : -1)) }
        holds = held
      }
    }
    var stretches: [Stretch] = []
    var since = began
    for (time, change) in changes.sorted(by: { $0.time < $1.time }) + [(Self.now, 0)] {
      if count == holders { stretches.append(since...max(since, time)) }
      since = max(since, time)
      count += change
    }
    return stretches.flatMap { Self.without(excused, $0) }
  }

  /// `[2026-01-31T12:34:56.123456] …`, in local time.
  private static func time(of line: Substring) -> Double? {
    guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
    let numbers = line[..<end].dropFirst().split { !$0.isNumber }
    let parts = numbers.prefix(6).compactMap { Int32($0) }
    guard parts.count == 6, numbers.count == 7, let fraction = Double("0.\(numbers[6])") else { return nil }
    var broken = tm()
    (broken.tm_year, broken.tm_mon, broken.tm_mday) = (parts[0] - 1900, parts[1] - 1, parts[2])
    (broken.tm_hour, broken.tm_min, broken.tm_sec) = (parts[3], parts[4], parts[5])
    broken.tm_isdst = -1
    return Double(mktime(&broken)) + fraction
  }

  private static func without(_ excused: [Stretch], _ stretch: Stretch) -> [Stretch] {
    var left = [stretch]
    for excuse in excused {
      left = left.flatMap { piece -> [Stretch] in
        guard piece.overlaps(excuse) else { return [piece] }
        var rest: [Stretch] = []
        if piece.lowerBound < excuse.lowerBound { rest.append(piece.lowerBound...excuse.lowerBound) }
        if piece.upperBound > excuse.upperBound { rest.append(excuse.upperBound...piece.upperBound) }
        return rest
      }
    }
    return left
  }
}
