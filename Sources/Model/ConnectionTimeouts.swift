/// How long the kernel remembers idle connections, in seconds; 0 leaves a value as it is.
public struct ConnectionTimeouts: Hashable, Sendable {
  /// Established TCP connections; the kernel's default is 900.
  public var tcp: UInt32
  /// TCP connections in FIN_WAIT; the kernel's default is 120.
  public var tcpFin: UInt32
  /// UDP; the kernel's default is 300.
  public var udp: UInt32

  /// Joins the three, each 0 to ``maximum``.
  public init(tcp: UInt32 = 0, tcpFin: UInt32 = 0, udp: UInt32 = 0) {
    self.tcp = tcp
    self.tcpFin = tcpFin
    self.udp = udp
  }

  /// 31 days in seconds, as ipvsadm has it; the kernel's own bound depends on its clock rate.
  public static let maximum: UInt32 = 31 * 86_400
}
