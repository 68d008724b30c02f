internal import ArgumentParser
internal import Control

/// The server that a command is about.
struct ServerSelection: ParsableArguments {
  @Argument(help: "ADDRESS, or ADDRESS:PORT.")
  var server: String

  @Option(help: "Only in the service of this name; default: wherever it serves.")
  var service: String?

  /// Asks the daemon to do something with it, and tells what was done where.
  func post(_ path: String, _ what: String, _ daemon: DaemonOptions) throws {
    let target = path + query(["server": server, "service": service])
    let client = daemon.client
    let servers = try asking { () throws(ControlClientError) in
      try client.post([SelectedServerRecord].self, target)
    }
    if daemon.json { return try writeJSON(servers) }
    for server in servers { writeOutput("\(server.service): \(server.server) \(what)\n") }
  }
}

/// The query of a request's target.
func query(_ values: KeyValuePairs<String, String?>) -> String {
  let pairs = values.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
  return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
}

extension String {
  /// With everything but letters, digits and what an address has besides in hexadecimal digits.
  fileprivate var percentEncoded: String {
    utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      guard
        !(byte < 0x80
          && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            || ".:-_".unicodeScalars.contains(scalar)))
      else { return String(scalar) }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }.joined()
  }
}
