package import Model

/// Which halves of the connection sync a director runs.
package struct SyncPolicy: Hashable, Sendable {
  /// What a director is to its virtual routers.
  package enum Role: String, Hashable, Sendable {
    /// It holds an address, or there is no virtual router that could.
    case active
    /// It holds none.
    case backup
  }

  /// The interface of the multicast traffic.
  package var interface: String
  /// Tells pairs of directors apart.
  package var id: UInt8
  /// Whether the director must run one half at a time.
  ///
  /// It must where it is a server of its own services. As Backup it may not direct: what the other one directs to it by a
  /// way that leaves the destination as it is, it would direct anew, and what its own processes send to a service would
  /// not find its own server, because the kernel keeps the route to the service's address. And with the parameter
  /// `backup_only`, which says so, the kernel directs nothing while it receives, even if it sends as well.
  package var oneAtATime: Bool

  /// Joins the three.
  package init(interface: String, id: UInt8, oneAtATime: Bool) {
    self.interface = interface
    self.id = id
    self.oneAtATime = oneAtATime
  }

  /// The length of a datagram that a new connection is told with, in bytes: the kernel makes it as long as one
  /// connection needs, and no longer.
  ///
  /// It sends a datagram once another connection does not fit in it any more, otherwise when it is two seconds old and
  /// its thread looks again, up to three: with its own choice of 1,472 bytes the connections of these seconds die with a
  /// director, if there are no more than some 40 of them.
  private static let sentLength: UInt16 = 1

  /// The halves that run in a role.
  ///
  /// Both always run where they may: what an Active took over is then told to a peer that comes back, and a takeover
  /// has nothing to start.
  package func daemons(as role: Role) -> [SyncDaemon] {
    let roles: [SyncDaemon.Role] =
      switch (oneAtATime, role) {
      case (false, _): [.backup, .master]
      case (true, .active): [.master]
      case (true, .backup): [.backup]
      }
    return roles.map {
      SyncDaemon($0, interface: interface, syncID: id, maximumLength: $0 == .master ? Self.sentLength : nil)
    }
  }

  /// A step on the way to the daemons that should run.
  package enum Step: Hashable, Sendable {
    /// Ends one that should not run, or not so.
    case stop(SyncDaemon.Role)
    /// Starts one.
    case start(SyncDaemon)
  }

  /// What is to be done where the kernel runs other daemons: stops first, since each role runs once.
  ///
  /// - Parameters:
  ///   - actual: what runs.
  ///   - desired: what should run.
  ///   - interfaceIsAnother: whether the interface was made anew since: who runs on the one before hears nobody.
  /// - Returns: the steps, in their order.
  package static func steps(
    from actual: [SyncDaemon], to desired: [SyncDaemon], interfaceIsAnother: Bool = false
  ) -> [Step] {
    func isSame(_ left: SyncDaemon, _ right: SyncDaemon) -> Bool {
      !interfaceIsAnother && left.role == right.role && left.interface == right.interface
        && left.syncID == right.syncID
        && (left.role == .backup || left.maximumLength == right.maximumLength)
    }
    let stops = actual.filter { running in !desired.contains { isSame($0, running) } }
    let starts = desired.filter { wanted in !actual.contains { isSame($0, wanted) } }
    return stops.map { .stop($0.role) } + starts.map(Step.start)
  }
}
