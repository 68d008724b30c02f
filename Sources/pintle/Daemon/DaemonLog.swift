internal import Balancing
internal import Configuration
internal import IPVS
internal import Logging
internal import Model

/// Every sentence that the daemon says.
struct DaemonLog: Sendable {
  private let logger: Logger

  /// Speaks to standard error.
  init() {
    logger = Logger(label: "pintle") { _ in StandardErrorHandler() }
  }

  func programmed(services: Int, changes: Int) {
    let written =
      switch changes {
      case 0: "the kernel's table was right already"
      case 1: "1 change written"
      default: "\(changes) changes written"
      }
    logger.notice("serving \(services == 1 ? "1 service" : "\(services) services"): \(written)")
  }

  /// Says what the configuration asks for and this version does not do.
  func notActedUpon(in configuration: DirectorConfiguration) {
    if !configuration.virtualRouters.isEmpty {
      logger.warning(
        "virtualRouters: this version moves no virtual IP; put the address on the interface yourself")
    }
    if configuration.connectionSync != nil {
      logger.warning("connectionSync: this version starts no sync daemon (pintle ipvs sync start does)")
    }
    for service in configuration.services where service.sourceNAT != .none {
      logger.notice(
        "\(service.name): no source NAT in this version; route the servers' replies through this host")
    }
  }

  func changed(_ change: TableChange) {
    logger.info("table: \(change.planLine)")
  }

  func failed(_ error: IPVSError) {
    logger.error("cannot \(error.operation.rawValue): \(error)")
  }

  func event(_ event: ServiceBalancer.Event, in service: String) {
    switch event {
    case .server(let server, .roseFirst):
      logger.notice("\(service): server \(server) is up: its first check passed")
    case .server(let server, .rose(let count)):
      logger.notice("\(service): server \(server) is up again: \(count) checks in a row passed")
    case .server(let server, .fell(let failure, let count)):
      logger.warning("\(service): server \(server) is down: \(failure), \(count) times in a row")
    case .server(let server, .failedFirst(let failure)):
      logger.warning("\(service): server \(server) is not taken in: its first check failed: \(failure)")
    case .server(let server, .wantsCredentials(let status)):
      logger.warning(
        "\(service): server \(server) answers \(status): it lives, but the check needs credentials")
    case .allFailed:
      logger.critical("\(service): no server is left")
    case .recovered:
      logger.notice("\(service): a server is in service again")
    }
  }

  func stopping(_ signal: String) {
    logger.notice("stopping on \(signal); forwarding stays as it is")
  }

  func stopped() {
    logger.notice("stopped")
  }
}
