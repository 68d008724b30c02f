internal import Configuration
internal import Control
internal import Glibc
internal import Host
internal import IPVS
internal import Model
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// What can be asked over the socket.
extension ControlPoint {
  /// All of it but the events, which the server has itself.
  var routes: [ControlRoute] {
    [
      ControlRoute(.GET, ControlPaths.status) { [self] _ in
        records().assumeIsolated().map { [self] in ControlResponse(status(with: $0)) }.nonisolated()
      },
      ControlRoute(.GET, ControlPaths.services, on: loop) { [self] _ in
        ControlResponse(running.director?.serviceRecords ?? [])
      },
      ControlRoute(.GET, ControlPaths.routers) { [self] _ in records().map { ControlResponse($0) } },
      ControlRoute(.GET, ControlPaths.metrics) { [self] _ in
        records().assumeIsolated().map { [self] in
          ControlResponse(text: Metrics.text(of: status(with: $0), events: events.counts))
        }.nonisolated()
      },
      ControlRoute(.POST, ControlPaths.plan) { [self] in try plan($0) },
      ControlRoute(.POST, ControlPaths.reload) { [self] _ in
        reload().map { ControlResponse($0) }.flatMapErrorThrowing { throw ControlError.forClient($0) }
      },
      ControlRoute(.POST, ControlPaths.drain, on: loop) { [self] in
        try maintain($0) { director, server throws(Failure) in try director.drain(server) }
      },
      ControlRoute(.POST, ControlPaths.undrain, on: loop) { [self] in
        try maintain($0) { director, server throws(Failure) in try director.undrain(server) }
      },
      ControlRoute(.POST, ControlPaths.handover) { [self] in
        try move($0, after: running.drainSync) { .handOver($0) }
      },
      ControlRoute(.POST, ControlPaths.resume) { [self] in
        try move($0, after: loop.makeSucceededVoidFuture) { .resume($0) }
      },
    ]
  }

  private func records() -> EventLoopFuture<[RouterRecord]> {
    running.routers?.status(on: loop) ?? loop.makeSucceededFuture([])
  }

  private func status(with routers: [RouterRecord]) -> StatusRecord {
    let generation = running.generation
    return StatusRecord(
      version: versionText, pid: getpid(), started: started, generation: generation.number,
      loadedAt: generation.loadedAt, lastReload: generation.lastReloadRecord,
      services: running.director?.serviceRecords ?? [], virtualRouters: routers,
      connectionSync: running.director?.connectionSyncRecord, journalDrops: journal?.dropCount)
  }

  /// Reading happens beside the event loop: a configuration and a table may be large, and the checks have to go on.
  private func plan(_ request: ControlRequest) throws -> EventLoopFuture<ControlResponse> {
    guard let director = running.director else {
      throw ControlError(
        .conflict, "this kernel has no IPVS to plan for (modprobe ip_vs, then pintle reload)")
    }
    let text = request.body
    return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      try loadConfiguration(text, file: "configuration").configuration
    }.assumeIsolated().flatMapErrorThrowing {
      throw ControlError.forClient($0)
    }.flatMap { [self] configuration in
      table(of: director, attempts: 5).map { table in
        ControlResponse(PlanRecord(changes: director.plan(for: configuration, over: table).map(\.record)))
      }.nonisolated()
    }.nonisolated()
  }

  /// The kernel's table at a time in which the director changed nothing, if one comes soon.
  private func table(of director: Director, attempts: Int) -> EventLoopFuture<ForwardingTable>.Isolated {
    let written = director.written
    return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      var client = try IPVSClient()
      return try client.table()
    }.assumeIsolated().flatMap { [self] table in
      if director.written == written || attempts == 1 { return loop.makeSucceededFuture(table) }
      return self.table(of: director, attempts: attempts - 1).nonisolated()
    }
  }

  private func maintain(
    _ request: ControlRequest,
    _ act: (Director, Director.Selection) throws(Failure) -> [SelectedServerRecord]
  ) throws -> ControlResponse {
    guard let text = request.query["server"] else {
      throw ControlError(.badRequest, "which server? (\(request.path)?server=ADDRESS or ADDRESS:PORT)")
    }
    guard let selection = Director.Selection(text, service: request.query["service"]) else {
      throw ControlError(.badRequest, "a server is ADDRESS or ADDRESS:PORT")
    }
    guard let director = running.director else {
      throw ControlError(.conflict, "the configuration has no service")
    }
    let servers = try act(director, selection)
    guard !servers.isEmpty else {
      throw ControlError(.conflict, "no service has a server \(selection): pintle status lists them")
    }
    return ControlResponse(servers)
  }

  private func move(
    _ request: ControlRequest, after prepare: @escaping () -> EventLoopFuture<Void>,
    _ command: @escaping @Sendable (String?) -> RouterCommand
  ) throws -> EventLoopFuture<ControlResponse> {
    guard let routers = running.routers else {
      throw ControlError(.conflict, "the configuration has no virtual router")
    }
    let name = request.query["router"]
    return routers.status(on: loop).assumeIsolated().flatMap { [loop] records in
      guard name == nil || records.contains(where: { $0.name == name }) else {
        let names = records.map(\.name).joined(separator: ", ")
        return loop.makeFailedFuture(
          ControlError(.conflict, "no virtual router is called '\(name ?? "")' (there are: \(names))"))
      }
      return prepare().flatMap {
        routers.send(command(name))
        return routers.statusOnceSettled(on: loop)
      }.map { records in ControlResponse(records.filter { name == nil || $0.name == name }) }
    }.nonisolated()
  }
}

extension ControlError {
  /// What a client learns of an error: all about a configuration that cannot be used, anything else as it is.
  fileprivate static func forClient(_ error: any Error) -> any Error {
    guard let refusal = error as? ConfigurationRefusal else { return error }
    return ControlError(.unprocessableEntity, refusal.description, details: refusal.details)
  }
}
