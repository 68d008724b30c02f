internal import ArgumentParser
internal import Control

/// The virtual routers that a command is about.
struct RouterSelection: ParsableArguments {
  @Argument(help: "The virtual router's name; default: all of them.")
  var router: String?

  /// Asks the daemon to do something with them, shows how they are then, and returns that.
  @discardableResult
  func post(_ path: String, _ daemon: DaemonOptions) throws -> [RouterRecord] {
    let target = path + query(["router": router])
    let client = daemon.client
    let routers = try asking { () throws(ControlClientError) in
      try client.post([RouterRecord].self, target)
    }
    if daemon.json { try writeJSON(routers) } else { writeOutput(StatusListing.text(of: routers, at: .now)) }
    return routers
  }
}
