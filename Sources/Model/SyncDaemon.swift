/// A kernel thread that sends this director's connections to its peer, or receives the peer's.
public struct SyncDaemon: Hashable, Sendable {
  /// Which half of the connection synchronisation runs; the two are independent of each other.
  public enum Role: UInt32, Hashable, Sendable, CaseIterable {
    /// Sends (`IP_VS_STATE_MASTER`).
    case master = 1
    /// Receives (`IP_VS_STATE_BACKUP`).
    case backup = 2
  }

  /// Sends or receives.
  public var role: Role
  /// The interface of the multicast traffic, 1 to 15 bytes.
  public var interface: String
  /// Tells pairs of directors apart: 1 to 255; 0 on a backup accepts every sender.
  public var syncID: UInt8
  /// The largest payload of one datagram in bytes; nil: the kernel's choice.
  public var maximumLength: UInt16?
  /// The multicast group; nil: 224.0.0.81.
  public var group: IPAddress?
  /// The first UDP port, in host order; nil: 8848.
  public var port: UInt16?
  /// The time to live of the datagrams, 1 to 255; nil: 1.
  public var timeToLive: UInt8?

  /// Makes a daemon's settings; nil leaves a value to the kernel.
  public init(
    _ role: Role, interface: String, syncID: UInt8, maximumLength: UInt16? = nil, group: IPAddress? = nil,
    port: UInt16? = nil, timeToLive: UInt8? = nil
  ) {
    self.role = role
    self.interface = interface
    self.syncID = syncID
    self.maximumLength = maximumLength
    self.group = group
    self.port = port
    self.timeToLive = timeToLive
  }
}

extension SyncDaemon.Role: CustomStringConvertible {
  /// `master` or `backup`, the kernel's words.
  public var description: String {
    switch self {
    case .master: "master"
    case .backup: "backup"
    }
  }
}
