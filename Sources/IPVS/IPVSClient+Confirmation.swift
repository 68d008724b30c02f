internal import Model
internal import Netlink

extension IPVSClient {
  /// Carries out one request; where its answer was lost, `isDone` looks whether it happened.
  mutating func perform(
    _ request: GenericNetlink.Request, _ operation: IPVSError.Operation, _ object: String,
    interface: String = "",
    isDone: (inout IPVSClient) throws(IPVSError) -> Bool = { _ in false }
  ) throws(IPVSError) {
    for outcome in netlink.perform([request]) {
      guard case .failure(let error) = outcome else { continue }
      if error.leavesOpen, try isDone(&self) { continue }
      throw IPVSError(operation, object, error, interface: interface)
    }
  }

  /// Decides what became of a change whose request failed, or whose answer was lost.
  mutating func settle(_ change: TableChange, after error: NetlinkError) -> Result<Void, IPVSError> {
    guard error.leavesOpen else {
      return .failure(IPVSError(change.operation, change.object, error, scheduler: change.scheduler))
    }
    do throws(IPVSError) {
      guard try shows(change) else { throw IPVSError(change.operation, change.object, .unconfirmed) }
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  /// Whether the kernel's table is as a change would leave it.
  private mutating func shows(_ change: TableChange) throws(IPVSError) -> Bool {
    switch change {
    case .addService(let service), .setService(let service):
      return try self.service(service.key)?.service == service
    case .deleteService(let key):
      return try service(key) == nil
    case .addServer(let server, let key), .setServer(let server, let key):
      return try servers(of: key).contains { $0.server == server }
    case .deleteServer(let endpoint, let key):
      return try !servers(of: key).contains { $0.server.endpoint == endpoint }
    }
  }
}

extension NetlinkError {
  /// Whether the request may have been carried out all the same.
  fileprivate var leavesOpen: Bool { self == .timedOut || self == .answersLost }
}

extension GenericNetlink.Request {
  /// A request of one of the family's commands.
  init(_ command: Command, attributes: @escaping (inout MessageWriter) -> Void = { _ in }) {
    self.init(command: command.rawValue, attributes: attributes)
  }
}

extension TableChange {
  /// The message that says it.
  var request: GenericNetlink.Request {
    switch self {
    case .addService(let service):
      GenericNetlink.Request(.newService) { $0.nest(MessageAttribute.service) { service.encode(into: &$0) } }
    case .setService(let service):
      GenericNetlink.Request(.setService) { $0.nest(MessageAttribute.service) { service.encode(into: &$0) } }
    case .deleteService(let key):
      GenericNetlink.Request(.deleteService) { $0.nest(MessageAttribute.service) { key.encode(into: &$0) } }
    case .addServer(let server, let key):
      .destination(.newDestination, of: key) { server.encode(into: &$0) }
    case .setServer(let server, let key):
      .destination(.setDestination, of: key) { server.encode(into: &$0) }
    case .deleteServer(let endpoint, let key):
      .destination(.deleteDestination, of: key) { endpoint.encode(into: &$0) }
    }
  }
}

extension GenericNetlink.Request {
  fileprivate static func destination(
    _ command: Command, of key: ServiceKey, _ body: @escaping (inout MessageWriter) -> Void
  ) -> Self {
    Self(command) { writer in
      writer.nest(MessageAttribute.service) { key.encode(into: &$0) }
      writer.nest(MessageAttribute.destination, body)
    }
  }
}
