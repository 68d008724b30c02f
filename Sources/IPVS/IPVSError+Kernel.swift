internal import Glibc
internal import Model
internal import Netlink

extension IPVSError {
  /// What a failure of netlink means for an operation; `scheduler` and `interface` are what the reason may name.
  init(
    _ operation: Operation, _ object: String, _ error: NetlinkError, scheduler: String = "",
    interface: String = ""
  ) {
    guard case .refused(let number) = error else {
      if case .noSuchFamily = error {
        self.init(operation, object, .moduleMissing)
      } else {
        self.init(operation, object, .netlink(error))
      }
      return
    }
    let reason: Reason =
      switch (number, operation) {
      case (EPERM, _): Privileges.hasNetworkAdministration ? .userNamespace : .notPermitted
      case (EEXIST, .startSyncDaemon): .alreadyRunning
      case (EEXIST, _): .alreadyExists
      case (ESRCH, .stopSyncDaemon): .notRunning
      case (ESRCH, _): .noSuchService
      case (ENOENT, .addService), (ENOENT, .setService): .noSuchScheduler(scheduler)
      case (ENOENT, _): .noSuchServer
      case (ENODEV, .startSyncDaemon): .noSuchInterface(interface)
      // All else that it refuses so is refused before it is sent.
      case (EINVAL, .startSyncDaemon): .mixedFamilies
      default: .refused(errno: number)
      }
    self.init(operation, object, reason, errno: number)
  }
}

extension TableChange {
  /// The operation that it is.
  var operation: IPVSError.Operation {
    switch self {
    case .addService: .addService
    case .setService: .setService
    case .deleteService: .deleteService
    case .addServer: .addServer
    case .setServer: .setServer
    case .deleteServer: .deleteServer
    }
  }

  /// What it changes, for the operator.
  var object: String {
    switch self {
    case .addService(let service), .setService(let service): "service \(service.key)"
    case .deleteService(let key): "service \(key)"
    case .addServer(let server, let key), .setServer(let server, let key):
      "server \(server.endpoint) of \(key)"
    case .deleteServer(let endpoint, let key): "server \(endpoint) of \(key)"
    }
  }

  /// The names of the modules that a service needs.
  var scheduler: String {
    switch self {
    case .addService(let service), .setService(let service):
      if let engine = service.persistenceEngine {
        "scheduler \(service.scheduler) or persistence engine \(engine)"
      } else {
        "scheduler \(service.scheduler)"
      }
    default: ""
    }
  }
}
