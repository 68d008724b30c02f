import Balancing
import Model
import TestSupport
import Testing

@Suite("A plan")
struct PlanTests {
  @Test("turns any table into any other, as the kernel would carry it out", arguments: 1...500)
  func reachesTheDesiredTable(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (actual, desired) = Self.relatedTables(using: &generator)
    var kernel = actual
    for change in Plan(from: actual, to: desired, owned: Set(actual.entries.keys)).changes {
      let accepted = kernel.apply(change)
      #expect(accepted, "refused: \(change), seed \(seed)")
    }
    #expect(kernel == desired, "seed \(seed)")
  }

  @Test("writes nothing where nothing differs", arguments: 1...100)
  func isEmptyWithoutDifference(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let table = ForwardingTable.random(using: &generator)
    #expect(Plan(from: table, to: table, owned: []).changes.isEmpty)
  }

  @Test("leaves no service without a usable server that has one before and after", arguments: 1...500)
  func neverEmpty(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (actual, desired) = Self.relatedTables(using: &generator)
    func usable(_ table: ForwardingTable, _ key: ServiceKey) -> Bool {
      table.entries[key]?.servers.values.contains { $0.weight > 0 } == true
    }
    let lasting = actual.entries.keys.filter { usable(actual, $0) && usable(desired, $0) }
    var kernel = actual
    for change in Plan(from: actual, to: desired, owned: Set(actual.entries.keys)).changes {
      kernel.apply(change)
      #expect(lasting.allSatisfy { usable(kernel, $0) }, "after \(change), seed \(seed)")
    }
  }

  @Test("touches no service of others", arguments: 1...100)
  func leavesOthersAlone(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (actual, desired) = Self.relatedTables(using: &generator)
    let foreign = actual.entries.filter { desired.entries[$0.key] == nil }
    var kernel = actual
    for change in Plan(from: actual, to: desired, owned: []).changes { kernel.apply(change) }
    for (key, entry) in foreign { #expect(kernel.entries[key] == entry, "seed \(seed)") }
  }

  @Test("adds first, then raises, then silences, then removes")
  func order() {
    let key = ServiceKey.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 250)), port: 6443))
    func server(_ last: UInt8, weight: UInt32) -> RealServer {
      RealServer(Endpoint(.ipv4(IPv4Address(10, 0, 0, last)), port: 6443), forwarding: .nat, weight: weight)
    }
    let actual = ForwardingTable([
      .init(VirtualService(key), servers: [server(1, weight: 1), server(2, weight: 1), server(3, weight: 0)])
    ])
    let desired = ForwardingTable([
      .init(
        VirtualService(key, scheduler: .maglevHashing),
        servers: [server(2, weight: 0), server(3, weight: 2), server(4, weight: 1)])
    ])
    #expect(
      Plan(from: actual, to: desired, owned: []).changes == [
        .setService(VirtualService(key, scheduler: .maglevHashing)), .addServer(server(4, weight: 1), key),
        .setServer(server(3, weight: 2), key), .setServer(server(2, weight: 0), key),
        .deleteServer(server(1, weight: 1).endpoint, key),
      ])
  }

  /// Two tables that have services and servers in common, some of them with other settings.
  private static func relatedTables(
    using generator: inout SeededGenerator
  ) -> (actual: ForwardingTable, desired: ForwardingTable) {
    let actual = ForwardingTable.random(using: &generator)
    var desired = ForwardingTable.random(using: &generator, upTo: 3)
    for (key, entry) in actual.entries where Int.random(in: 0..<4, using: &generator) > 0 {
      var entry = entry
      if Bool.random(using: &generator) { entry.service.scheduler = .roundRobin }
      for endpoint in entry.servers.keys {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: entry.servers[endpoint] = nil
        case 1: entry.servers[endpoint]?.weight = 0
        case 2: entry.servers[endpoint]?.weight = 7
        default: break
        }
      }
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        let server = RealServer.random(in: key, using: &generator)
        entry.servers[server.endpoint] = server
      }
      desired.entries[key] = entry
    }
    return (actual, desired)
  }
}
