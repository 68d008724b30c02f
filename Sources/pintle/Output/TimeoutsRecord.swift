internal import IPVS
internal import Model

/// Time-outs in seconds.
struct TimeoutsRecord: Encodable {
  let tcp, tcpFin, udp: UInt32

  init(_ timeouts: ConnectionTimeouts) {
    tcp = timeouts.tcp
    tcpFin = timeouts.tcpFin
    udp = timeouts.udp
  }
}
