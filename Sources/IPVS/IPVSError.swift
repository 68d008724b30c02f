public import Netlink

/// Why the kernel's IPVS did not do what it was asked: the operation, the object and the reason.
///
/// Its description names object and reason: `service tcp 10.0.0.250:6443: already exists`.
public struct IPVSError: Error, Hashable, Sendable {
  /// What was asked.
  public enum Operation: String, Hashable, Sendable {
    case open = "open IPVS"
    case addService = "add service"
    case setService = "edit service"
    case deleteService = "delete service"
    case readServices = "read services"
    case addServer = "add server"
    case setServer = "edit server"
    case deleteServer = "delete server"
    case readServers = "read servers"
    case zero = "zero counters"
    case flush = "flush the table"
    case readTimeouts = "read time-outs"
    case setTimeouts = "set time-outs"
    case readSyncDaemons = "read sync daemons"
    case startSyncDaemon = "start sync daemon"
    case stopSyncDaemon = "stop sync daemon"
    case readInfo = "read IPVS information"
    case readConnections = "read connections"
  }

  /// Why it was not done.
  public enum Reason: Hashable, Sendable {
    /// The kernel has no IPVS, or its module cannot be loaded.
    case moduleMissing
    /// The process lacks CAP_NET_ADMIN.
    case notPermitted
    /// The process has CAP_NET_ADMIN in a user namespace of its own, where IPVS does not count it.
    case userNamespace
    /// There is one already.
    case alreadyExists
    /// There is no such service.
    case noSuchService
    /// The service has no such server.
    case noSuchServer
    /// The kernel has no scheduler or persistence engine of that name, nor a module for it.
    case noSuchScheduler(String)
    /// A daemon of that role runs already.
    case alreadyRunning
    /// No daemon of that role runs.
    case notRunning
    /// There is no such network interface.
    case noSuchInterface(String)
    /// Some server in the table is of another family than its service, which the sync protocol cannot tell.
    case mixedFamilies
    /// The kernel would take it and do something else with it, or refuse it without a reason; it was not sent.
    case invalid(String)
    /// No answer came, and the table does not show the change.
    case unconfirmed
    /// The kernel refused it for another reason; the raw error number.
    case refused(errno: Int32)
    /// The conversation with the kernel failed.
    case netlink(NetlinkError)
  }

  /// What was asked.
  public var operation: Operation
  /// On which object: `service tcp 10.0.0.250:6443`, `server 10.0.0.11:6443 of tcp 10.0.0.250:6443`.
  public var object: String
  /// Why it was not done.
  public var reason: Reason
  /// The kernel's raw error number; nil where the kernel had no say.
  public var errno: Int32?

  /// Joins what was asked, of what, why it failed, and the kernel's number of it.
  public init(_ operation: Operation, _ object: String, _ reason: Reason, errno: Int32? = nil) {
    self.operation = operation
    self.object = object
    self.reason = reason
    self.errno = errno
  }
}

extension IPVSError: CustomStringConvertible {
  /// The object and the reason.
  public var description: String { "\(object): \(reason)" }
}

extension IPVSError.Reason: CustomStringConvertible {
  /// The reason in a few words, with a hint where there is one.
  public var description: String {
    switch self {
    case .moduleMissing: "this kernel has no IPVS (try: modprobe ip_vs)"
    case .notPermitted: "not permitted (needs root or CAP_NET_ADMIN)"
    case .userNamespace:
      "not permitted to the root of a user namespace (IPVS wants CAP_NET_ADMIN in the initial one)"
    case .alreadyExists: "already exists"
    case .noSuchService: "no such service"
    case .noSuchServer: "no such server"
    case .noSuchScheduler(let name): "the kernel has no \(name) (is its module installed?)"
    case .alreadyRunning: "already running"
    case .notRunning: "not running"
    case .noSuchInterface(let name): "no such interface: \(name)"
    case .mixedFamilies:
      "the table has a server of another address family than its service, which no sync daemon supports"
    case .invalid(let why): why
    case .unconfirmed: "no answer from the kernel, and the table does not show the change"
    case .refused(let number): "refused by the kernel: \(errorText(number))"
    case .netlink(let error): error.description
    }
  }
}
