/// Reads what a virtual router's priority depends on: `services`, and `track`.
enum TrackingDecoder {
  private typealias Script = VirtualRouterConfiguration.Script
  private static let intervals = Duration.milliseconds(100)...Duration.seconds(3600)
  private static let weights = Format<Int>.integer(-253 ... -1)

  /// Reads `track`.
  static func decode(
    _ fields: inout Fields
  ) -> (
    interfaces: [Located<VirtualRouterConfiguration.Tracked>], scripts: [VirtualRouterConfiguration.Script]
  ) {
    guard let node = fields.take("track"), var track = Fields(node, of: "'track'", fields.report) else {
      return ([], [])
    }
    defer { track.finish() }
    let interfaces = tracked(&track, "interfaces", .interface, expected: "a list of interfaces")
    let scripts = track.list("scripts", expected: "a list of scripts").compactMap {
      script($0, fields.report)
    }
    return (interfaces, distinct(scripts, "script", fields.report, by: \.name).map(\.value))
  }

  /// Reads a list of names, each alone or with a weight.
  static func tracked(
    _ fields: inout Fields, _ key: String, _ format: Format<String>, expected: String
  ) -> [Located<VirtualRouterConfiguration.Tracked>] {
    let report = fields.report
    let things = fields.list(key, expected: expected).compactMap {
      node -> Located<VirtualRouterConfiguration.Tracked>? in
      guard case .mapping = node.content else {
        return report.read(node, as: format).map { Located(value: .init($0), position: node.position) }
      }
      guard var nested = Fields(node, of: "an element of '\(key)'", report) else { return nil }
      defer { nested.finish() }
      let name = nested.required("name", format)
      let weight = nested.optional("weight", weights)
      return name.map { Located(value: .init($0, weight: weight), position: nested.position(of: "name")) }
    }
    return distinct(things, key == "services" ? "service" : "interface", report, by: \.name)
  }

  private static func script(_ node: Node, _ report: Report) -> Located<Script>? {
    guard var fields = Fields(node, of: "a script", report) else { return nil }
    defer { fields.finish() }
    let name = fields.required("name", .name)
    let command = fields.required("command").flatMap { CommandDecoder.decode($0, "'command'", report) }
    let defaults = Script(name: "", command: [])
    let interval = fields.optional("interval", .duration(intervals))
    let given = fields.optional("timeout", .duration(.milliseconds(10)...intervals.upperBound))
    let rise = fields.optional("rise", .integer(1...100)) ?? defaults.rise
    let fall = fields.optional("fall", .integer(1...100)) ?? defaults.fall
    let weight = fields.optional("weight", weights)
    // An interval that cannot be read says nothing about the timeout.
    let pace = interval ?? (fields.has("interval") ? intervals.upperBound : defaults.interval)
    let timeout = given ?? min(defaults.timeout, pace)
    if timeout > pace { report.add(.timeoutAboveInterval(timeout, pace), at: fields.position(of: "timeout")) }
    guard let name, let command else { return nil }
    let script = Script(
      name: name, command: command, interval: pace, timeout: timeout, rise: rise, fall: fall, weight: weight)
    return Located(value: script, position: fields.position(of: "name"))
  }

  /// Notes a name that stands there twice, and keeps the first one.
  private static func distinct<Value>(
    _ values: [Located<Value>], _ what: String, _ report: Report, by name: (Value) -> String
  ) -> [Located<Value>] {
    var seen: [String: SourcePosition] = [:]
    return values.filter { element in
      guard let first = seen[name(element.value)] else {
        seen[name(element.value)] = element.position
        return true
      }
      report.add(.duplicateName(what, name(element.value), first: first), at: element.position)
      return false
    }
  }
}
