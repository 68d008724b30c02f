import TestSupport

/// What `ip monitor` tells of a host's addresses, with its time.
final class AddressMonitor {
  private let file: String
  private let process: String

  /// Watches from now on.
  init(of host: Int) throws {
    file = "\(Files.directory)/addresses-\(host)"
    process = try Shell.run("ip -n host\(host) -ts monitor address >\(file) 2>&1 </dev/null & echo $!")
      .filter { !$0.isWhitespace }
    // It listens once it has read the time zone and opened its socket, of which the kernel tells.
    let end = ContinuousClock.now + .seconds(5)
    // One that it closes meanwhile is no failure.
    while try !Shell.run("ls -l /proc/\(process)/fd 2>&1 || :").contains("socket:"), .now < end {}
  }

  deinit { _ = try? Shell.run("kill \(process)") }

  /// The time of the first change of which a line has a word, in seconds of its day; nil: there was none yet.
  func time(of word: String) -> Double? {
    // [2026-01-01T12:34:56.789012] Deleted 2: eth0 inet 10.1.0.100/32 …
    let line = Files.read(file).split(separator: "\n").first { $0.contains(word) }
    guard let stamp = line?.split(separator: "T").dropFirst().first else { return nil }
    let clock = stamp.prefix { $0 != "]" }
    return clock.split(separator: ":").compactMap { Double($0) }.reduce(0) { $0 * 60 + $1 }
  }
}
