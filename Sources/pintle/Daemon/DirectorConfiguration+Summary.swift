internal import Configuration

extension DirectorConfiguration {
  /// What it has, in words: `1 service, 2 virtual routers`.
  var summary: String {
    let parts = [(services.count, "service"), (virtualRouters.count, "virtual router")]
    let present = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    return present.isEmpty ? "nothing: the configuration is empty" : present.joined(separator: ", ")
  }
}
