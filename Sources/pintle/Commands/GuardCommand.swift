internal import ArgumentParser
internal import Glibc
internal import Host
internal import Model
internal import Netlink

/// The process that takes the virtual addresses off when the daemon has died without doing so; the daemon starts it, and
/// tells it by standard input what it holds.
struct GuardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard", abstract: "What the daemon starts to take its addresses off, should it be killed.",
    shouldDisplay: false)

  /// Within so many nanoseconds a service manager has begun the daemon again (RestartSec of the unit), which cleans up
  /// by itself.
  private static let restartTime: Int64 = 200_000_000

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    // The daemon takes them for both. They wait here, for a service manager that ends what the daemon has left.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    ProgramText.release()

    var held: [HeldAddress: Int64] = [:]
    while let line = readLine() {
      switch HeldAddress.Note(line) {
      case .hold(let address, let time): held[address] = time
      case .release(let address): held[address] = nil
      case nil: break
      }
    }

    let death = BootClock.now
    var addresses = try Addresses()
    let log = EventLog(Daemon.logger(to: StandardError.isJournal ? try? JournalSocket() : nil))
    var isHurried = false
    for (time, due) in Dictionary(grouping: held, by: \.value).sorted(by: { $0.key < $1.key }) {
      while !isHurried || time <= Self.restartTime {
        let rest = death + time - BootClock.now
        guard rest > 0 else { break }
        var timeout = timespec(tv_sec: Int(rest / 1_000_000_000), tv_nsec: Int(rest % 1_000_000_000))
        if sigtimedwait(&signals, nil, &timeout) > 0 { isHurried = true }
      }
      // Another daemon is there, or is about to be: what it finds is its own affair.
      guard BootClock.now >= death + time, let lock = try? runtime.directory.lock() else { return }
      for (interface, due) in Dictionary(grouping: due.map(\.key), by: \.interface) {
        let networks = due.map(\.network).sorted { $0.description < $1.description }
        let outcomes = addresses.remove(networks, from: interface)
        let removed = zip(networks, outcomes).filter { (try? $1.get()) == true }.map(\.0)
        guard !removed.isEmpty else { continue }
        let name = (try? LinkTable())?.links[interface]?.name ?? "interface \(interface)"
        log.report(.removedAfterDeath(removed, interface: name))
      }
      _ = consume lock
    }
  }
}
