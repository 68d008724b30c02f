import Model

/// The file probe: whether a file exists, and what weight it holds.
enum FileProbe {
  /// Looks once.
  static func start(
    _ file: HealthCheck.File, for endpoint: Endpoint, by threads: SideThreads, in run: ProbeRun
  ) {
    run.begin(.program)
    let path = file.path(for: endpoint)
    threads.perform(on: path, for: run) {
      try weight(in: path, isWanted: file.holdsWeight)
    } _: { result in
      switch result {
      case .success(let weight): run.succeed(weight: weight)
      case .failure(let error): run.fail(error)
      }
    }
  }

  /// - Returns: the weight that the file holds; nil where it need not hold any.
  /// - Throws: ``ProbeFailure`` `.absent` where there is no file, `.misconfigured` where it cannot be understood.
  private static func weight(in path: String, isWanted: Bool) throws(ProbeFailure) -> UInt32? {
    guard try FileVersion.exists(path) else { throw .absent(path) }
    guard isWanted else { return nil }
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
