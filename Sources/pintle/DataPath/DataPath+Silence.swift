internal import Balancing
internal import Host
internal import IPVS
internal import Model
internal import NIOCore

/// Connections on which nobody says a word, such as an idle watch.
///
/// The kernel tells the peer of a connection when a packet of it passes, and a director that comes back learns of it in
/// no other way. So the Active one says a word to each silent client once in a while: the client's answer passes, and
/// is told.
extension DataPath {
  /// How long nobody may say a word, in seconds: the kernel tells of a connection no sooner again.
  private static var silence: UInt32 { UInt32(KernelNeeds.syncRefreshPeriod) }

  /// From one look at all connections to the next.
  private static let pause = TimeAmount.seconds(6)

  /// So many clients at most are told in one go, the longest silent ones.
  static let limit = 2000

  /// How long it takes until the peer has been told of every connection.
  static var longestSilence: Duration { .seconds(Int64(silence)) + .nanoseconds(pause.nanoseconds) }

  /// Says a word to the clients that are silent, if it is time, and if the peer learns by it.
  func refreshSilent() {
    let start = NIODeadline.now()
    guard held.hasRouters, held.role == .active, start >= silenceDue else { return }
    do throws(IPVSError) {
      guard let timeout = try client?.timeouts().tcp, timeout > Self.silence else { return }
      // Not before this look is over.
      silenceDue = .distantFuture
      // A packet in either direction sets the time that is left to the whole.
      // Those of other services are none of ours, as kube-proxy's.
      let found = connections { [needs] connection in
        connection.state == "ESTABLISHED" && connection.expires <= timeout - Self.silence
          && needs.services.keys.contains { connection.isOf(service: $0) }
      }
      found.whenSuccess { [self] silent in
        // Where the list is long, it is not all that the processor does.
        silenceDue = start + max(Self.pause, (.now() - start) * 10)
        guard !isStopped else { return }
        let longest = silent.sorted { $0.expires < $1.expires }.prefix(Self.limit)
        if !longest.isEmpty { nudger.nudge(Array(longest), after: .zero, isRepeated: false) }
      }
    } catch {
      complain("time-outs", .syncFailed(error))
    }
  }
}
