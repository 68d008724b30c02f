internal import ArgumentParser
internal import IPVS
internal import Model

struct TimeoutsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeouts", abstract: "Show or set how long idle connections are remembered, in seconds.")

  @Option(help: "Established TCP connections.")
  var tcp: UInt32?

  @Option(help: "TCP connections in FIN_WAIT.")
  var tcpFin: UInt32?

  @Option(help: "UDP.")
  var udp: UInt32?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if [tcp, tcpFin, udp].contains(0) {
      throw ValidationError("A time-out of 0 seconds would leave the value as it is; give 1 or more.")
    }
  }

  func run() throws {
    let wanted = ConnectionTimeouts(tcp: tcp ?? 0, tcpFin: tcpFin ?? 0, udp: udp ?? 0)
    try withIPVS { client in
      if wanted != ConnectionTimeouts() {
        try client.setTimeouts(wanted)
      } else {
        try showTimeouts(try client.timeouts(), json: json)
      }
    }
  }
}

/// Prints the time-outs, in seconds.
func showTimeouts(_ timeouts: ConnectionTimeouts, json: Bool) throws {
  if json { return try writeJSON(TimeoutsRecord(timeouts)) }
  var table = TextTable([.left, .right])
  table.add(["TIMEOUT", "SECONDS"])
  table.add(["tcp", "\(timeouts.tcp)"])
  table.add(["tcp-fin", "\(timeouts.tcpFin)"])
  table.add(["udp", "\(timeouts.udp)"])
  writeOutput(table.text)
}
