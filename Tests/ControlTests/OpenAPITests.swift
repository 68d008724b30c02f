import Control
import Glibc
import Testing

@Suite("docs/openapi.yaml")
struct OpenAPITests {
  /// A value of which only its presence matters.
  private struct Anything: Decodable {
    init(from decoder: any Decoder) {}
  }

  private static let time = Timestamp(milliseconds: 0)
  private static let duration = Milliseconds(.zero)
  private static let check = CheckRecord(
    time: time, result: "healthy", connect: duration, handshake: duration, firstByte: duration,
    response: duration)
  private static let server = ServerRecord(
    address: "10.0.0.1:6443", state: .up, reason: "", since: time, configuredWeight: 1, kernelWeight: 1,
    activeConnections: 1, inactiveConnections: 1, lastCheck: check)
  private static let quorum = ServiceRecord.Quorum(needed: 1, has: 1, holds: true)
  private static let service = ServiceRecord(
    name: "api", address: "10.0.0.250:6443", firewallMark: 1, protocol: "tcp", scheduler: "wlc",
    sourceNAT: "vip", state: .up, quorum: quorum, refusal: "no such scheduler", servers: [server])
  private static let priority = RouterRecord.Priority(configured: 100, effective: 100)
  private static let peer = RouterRecord.Peer(address: "10.0.0.2", priority: 100)
  private static let router = RouterRecord(
    name: "a", interface: "eth0", id: 51, family: "IPv4", role: .active, since: time, why: "",
    priority: priority, addresses: [], advertisementInterval: duration, activeDownInterval: duration,
    skewTime: duration, peer: peer, counters: RouterRecord.Counters())
  private static let sync = ConnectionSyncRecord(roles: [.master, .backup], interface: "eth0", id: 51)
  private static let reload = StatusRecord.LastReload(time: time, error: "")
  private static let change = PlanRecord.Change(.add, service: "", server: "", text: "")

  /// A record of each type, with all that can stand in it.
  private static let records: [(name: String, value: any Encodable & Sendable)] = [
    (
      "StatusRecord",
      StatusRecord(
        version: "1", pid: 1, started: time, generation: 1, loadedAt: time, lastReload: reload,
        services: [service], virtualRouters: [router], connectionSync: sync, journalDrops: 0)
    ),
    ("LastReload", reload), ("ServiceRecord", service), ("Quorum", quorum), ("ServerRecord", server),
    ("CheckRecord", check), ("RouterRecord", router), ("Priority", priority), ("Peer", peer),
    ("Counters", RouterRecord.Counters()), ("ConnectionSyncRecord", sync),
    (
      "EventRecord",
      EventRecord(sequence: 1, time: time, kind: "", level: "", message: "", fields: [:])
    ),
    ("PlanRecord", PlanRecord(changes: [change])), ("Change", change),
    (
      "ReloadRecord",
      ReloadRecord(generation: 1, loadedAt: time, changes: 0, refusals: ["api: no such scheduler"])
    ),
    ("SelectedServerRecord", SelectedServerRecord(service: "", server: "")),
    ("ErrorRecord", ErrorRecord("")),
  ]

  /// The properties of the document's schemas, which stand a line each.
  private static func schemas() throws -> [String: Set<String>] {
    let path = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/openapi.yaml"
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let text = String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
    var schemas: [String: Set<String>] = [:]
    var name: String?
    for line in text.split(separator: "\n").drop(while: { $0 != "  schemas:" }).dropFirst() {
      let key = String(line.drop { $0 == " " }.prefix { $0 != ":" })
      switch line.prefix(while: { $0 == " " }).count {
      case 4:
        name = key
        schemas[key] = []
      case 8: name.map { _ = schemas[$0, default: []].insert(key) }
      default: break
      }
    }
    return schemas
  }

  @Test("says of every record what stands in it")
  func schemas() throws {
    let schemas = try Self.schemas()
    #expect(Set(schemas.keys) == Set(Self.records.map(\.name)))
    for (name, value) in Self.records {
      let keys = try JSON.decode([String: Anything].self, from: JSON.encode(value)).keys
      #expect(schemas[name] == Set(keys), "\(name)")
    }
  }
}
