/// Three bits whose meaning is the scheduler's (`IP_VS_SVC_F_SCHED1` to `SCHED3` of `linux/ip_vs.h`).
public struct SchedulerFlags: OptionSet, Hashable, Sendable {
  /// The kernel's bits: 0x08, 0x10 and 0x20.
  public let rawValue: UInt32

  /// Takes the kernel's bits; others than 0x38 mean nothing here.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `flag-1`: `sh-fallback` to `sh`, `mh-fallback` to `mh`.
  public static let flag1 = SchedulerFlags(rawValue: 0x08)
  /// `flag-2`: `sh-port` to `sh`, `mh-port` to `mh`.
  public static let flag2 = SchedulerFlags(rawValue: 0x10)
  /// `flag-3`: no scheduler of the mainline kernel reads it.
  public static let flag3 = SchedulerFlags(rawValue: 0x20)
  /// All three.
  public static let all: SchedulerFlags = [.flag1, .flag2, .flag3]

  /// Reads one flag: `flag-1` to `flag-3` with any scheduler, or the scheduler's own name for it.
  public init?(name: some StringProtocol, of scheduler: Scheduler) {
    let match = [SchedulerFlags.flag1, .flag2, .flag3].first {
      name == $0.genericName || name == $0.name(for: scheduler)
    }
    guard let match else { return nil }
    self = match
  }

  /// The names of the flags that are set, the scheduler's own where it has them.
  public func names(for scheduler: Scheduler) -> [String] {
    [SchedulerFlags.flag1, .flag2, .flag3].filter(contains).map { $0.name(for: scheduler) }
  }

  private var genericName: String {
    switch self {
    case .flag1: "flag-1"
    case .flag2: "flag-2"
    default: "flag-3"
    }
  }

  private func name(for scheduler: Scheduler) -> String {
    switch (self, scheduler) {
    case (.flag1, .sourceHashing): "sh-fallback"
    case (.flag2, .sourceHashing): "sh-port"
    case (.flag1, .maglevHashing): "mh-fallback"
    case (.flag2, .maglevHashing): "mh-port"
    default: genericName
    }
  }
}
