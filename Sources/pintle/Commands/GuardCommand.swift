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

  /// For so long, in nanoseconds, it waits for a lock that another process has: who has it for longer is a daemon.
  private static let patience: Int64 = 2_000_000_000

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    // It ends with the daemon, or soon after: what anybody tells that one is not for it. A service manager that wants all
    // processes of the daemon gone waits for it; SIGABRT is what one sends at the end of its patience with the daemon.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGABRT] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    DedicatedThread.nameCurrent("pintle")
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
    let log = EventLog(Daemon.logger(to: StandardError.isJournal ? try? JournalSocket() : nil))
    for (time, due) in Dictionary(grouping: held, by: \.value).sorted(by: { $0.key < $1.key }) {
      while case let rest = death + time - BootClock.now, rest > 0 { usleep(UInt32(rest / 1000) + 1) }
      try remove(due.map(\.key), log)
    }
  }

  private func remove(_ due: [HeldAddress], _ log: EventLog) throws {
    // A daemon that was started since has found them, and what is there now is its own. One that failed at its start,
    // or a command, has the lock for a moment.
    let end = BootClock.now + Self.patience
    while true {
      guard let lock = try? runtime.directory.lock() else {
        guard BootClock.now < end else { return }
        usleep(10_000)
        continue
      }
      var addresses = try Addresses()
      for (interface, due) in Dictionary(grouping: due, by: \.interface) {
        let networks = due.map(\.network).sorted { $0.description < $1.description }
        let name = (try? LinkTable())?.links[interface]?.name ?? "interface \(interface)"
        var removed: [IPNetwork] = []
        for (network, outcome) in zip(networks, addresses.remove(networks, from: interface)) {
          switch outcome {
          case .success(true): removed.append(network)
          case .success(false): break
          case .failure(let error): log.report(.staysAfterDeath(network, interface: name, error))
          }
        }
        if !removed.isEmpty { log.report(.removedAfterDeath(removed, interface: name)) }
      }
      _ = consume lock
      return
    }
  }
}
