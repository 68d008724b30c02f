import Model

/// The file probe: whether a file exists, and what weight it holds.
enum FileProbe {
  /// Looks at once.
  ///
  /// - Returns: the weight that the file holds; nil where it need not hold any.
  /// - Throws: ``ProbeFailure`` `.absent` where there is no file, `.misconfigured` where it cannot be understood.
  static func weight(_ file: HealthCheck.File, for endpoint: Endpoint) throws(ProbeFailure) -> UInt32? {
    let path = file.path(for: endpoint)
    guard try FileVersion.exists(path) else { throw .absent(path) }
    guard file.holdsWeight else { return nil }
    let text = String(decoding: try contents(of: path).trimmed, as: UTF8.self)
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let weight = UInt32(text), weight <= 65535
    else {
      throw .misconfigured("\(path): no number from 0 to 65535")
    }
    return weight
  }
}

extension HealthCheck.File {
  /// The path for a server.
  fileprivate func path(for endpoint: Endpoint) -> String {
    var rest = path[...]
    var result = ""
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[open...]
      if rest.hasPrefix("{address}") {
        result += endpoint.address.description
        rest = rest.dropFirst("{address}".count)
      } else if rest.hasPrefix("{port}") {
        result += "\(endpoint.port)"
        rest = rest.dropFirst("{port}".count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }
}
