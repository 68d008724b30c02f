import Glibc
import Host
import Model
import Netlink
import TestSupport
import Testing

@Suite("Links and addresses", .serialized, .enabled(if: Shell.isInNamespace))
struct LinkTests {
  private let wire: Wire

  init() throws { wire = try Wire() }

  private func outcome(_ outcomes: [Result<Bool, NetlinkError>]) throws -> Bool {
    try #require(outcomes.first).get()
  }

  @Test("An address goes on without a route, without detection of duplicates, and not as a source")
  func flags() throws {
    var addresses = try Addresses()
    #expect(try outcome(addresses.add([try network("10.1.0.100/32")], to: wire.near.index, origin: 112)))
    #expect(try outcome(addresses.add([try network("fd00:1::100/128")], to: wire.near.index, origin: 112)))

    #expect(try Shell.run("ip -4 addr show dev near to 10.1.0.100").contains("10.1.0.100/32 scope global"))
    #expect(try Shell.run("ip -4 addr show dev near to 10.1.0.100").contains("noprefixroute"))
    let ipv6 = try Shell.run("ip -6 addr show dev near to fd00:1::100")
    for flag in ["fd00:1::100/128", "deprecated", "nodad", "noprefixroute"] { #expect(ipv6.contains(flag)) }
    #expect(!ipv6.contains("tentative"))
    #expect(try !Shell.run("ip route; ip -6 route").contains("100"))

    let found = try LinkTable().addresses(of: wire.near.index)
    #expect(found.first { $0.network.address.description == "10.1.0.100" }?.origin == 112)
  }

  @Test("An interface may be called what it likes")
  func names() throws {
    let table = try LinkTable()
    try Shell.run("ip link add b\u{FC}ro0 type bridge; ip link add $(printf 'x\\377') type bridge")
    defer { _ = try? Shell.run("ip link delete b\u{FC}ro0; ip link delete $(printf 'x\\377')") }
    try table.follow()
    for links in [table.links, try LinkTable().links] {
      #expect(links.values.contains { $0.name == "b\u{FC}ro0" })
      #expect(links.values.contains { $0.name == "x\u{FFFD}" })
    }
  }

  @Test("An address that is there counts as added, one that is not counts as removed")
  func idempotence() throws {
    var addresses = try Addresses()
    for text in ["10.1.0.100/32", "fd00:1::100/128"] {
      let address = [try network(text)]
      #expect(try outcome(addresses.add(address, to: wire.near.index, origin: 112)))
      #expect(try !outcome(addresses.add(address, to: wire.near.index, origin: 112)))
      #expect(try outcome(addresses.remove(address, from: wire.near.index)))
      #expect(try !outcome(addresses.remove(address, from: wire.near.index)))
    }
    #expect(try !outcome(addresses.remove([try network("10.1.0.100/32")], from: 9999)))
    #expect(throws: NetlinkError.refused(errno: ENODEV)) {
      try outcome(addresses.add([try network("10.1.0.100/32")], to: 9999, origin: 112))
    }
  }

  @Test("The same address with another prefix length is another one")
  func prefixLength() throws {
    var addresses = try Addresses()
    try Shell.run("ip addr add 10.1.0.100/24 dev near")
    #expect(try outcome(addresses.add([try network("10.1.0.100/32")], to: wire.near.index, origin: 112)))
    #expect(try outcome(addresses.remove([try network("10.1.0.100/32")], from: wire.near.index)))
    #expect(try Shell.run("ip addr show dev near").contains("10.1.0.100/24"))
  }

  @Test("The table follows interfaces and addresses as they come, change and go")
  func following() throws {
    let table = try LinkTable()
    #expect(table.link(named: "near")?.isRunning == true)

    try Shell.run("ip addr add 10.1.0.9/32 dev near")
    try table.follow()
    #expect(try table.addresses(of: wire.near.index).map(\.network).contains(network("10.1.0.9/32")))
    try Shell.run("ip addr del 10.1.0.9/32 dev near")
    try table.follow()
    #expect(try !table.addresses(of: wire.near.index).map(\.network).contains(network("10.1.0.9/32")))

    try Shell.run("ip link set far down")
    try eventually {
      try table.follow()
      return table.link(named: "near")?.isRunning == false
    }
    #expect(table.link(named: "near")?.isUp == true)
    #expect(table.link(named: "far")?.isUp == false)

    try Shell.run("ip link set near name renamed")
    try table.follow()
    #expect(table.links[wire.near.index]?.name == "renamed")
    try Shell.run("ip link del renamed")
    try table.follow()
    #expect(table.links[wire.near.index] == nil)
    #expect(table.addresses(of: wire.near.index) == [])
  }

  @Test("That an address has come which the caller put there is no news, and that it has gone is")
  func ownAddresses() throws {
    let table = try LinkTable()
    var addresses = try Addresses()
    let own = try network("10.1.0.9/32")
    let near = wire.near.index
    let isOwn = { (index: Int32, network: IPNetwork) in index == near && network == own }
    func isNews() throws -> Bool { try table.follow(butFor: isOwn) }

    #expect(try outcome(addresses.add([own], to: near, origin: 112)))
    #expect(try !isNews())
    #expect(table.addresses(of: near).map(\.network).contains(own))
    #expect(try outcome(addresses.remove([own], from: near)))
    #expect(try isNews())
    #expect(try !isNews())

    // Beside it, and elsewhere.
    #expect(try outcome(addresses.add([own, network("10.1.0.10/32")], to: near, origin: 112)))
    #expect(try isNews())
    #expect(try outcome(addresses.add([own], to: wire.far.index, origin: 112)))
    #expect(try isNews())
  }

  @Test("To rehearse an address adds nothing", arguments: ["10.1.0.9/32", "fd00::9/128"])
  func rehearsal(of address: String) throws {
    var addresses = try Addresses()
    let network = try network(address)
    let before = try Shell.run("ip addr")
    let outcome = try #require(addresses.rehearse([network], origin: 112).first)
    #expect(throws: NetlinkError.refused(errno: EOPNOTSUPP)) { try outcome.get() }
    #expect(try Shell.run("ip addr") == before)
    // The conversation goes on.
    #expect(try self.outcome(addresses.add([network], to: wire.near.index, origin: 112)))
  }

  @Test("A port that leaves its bridge stays an interface")
  func bridge() throws {
    try Shell.run("ip link add name bridge0 type bridge && ip link set near master bridge0")
    let table = try LinkTable()
    try Shell.run("ip link set near nomaster; ip link del bridge0")
    try table.follow()
    #expect(table.links[wire.near.index]?.name == "near")
  }

  @Test("More changes than the buffer holds are noticed, and everything is read again")
  func overflow() throws {
    let table = try LinkTable(room: 4096)
    let lines = (1...250).map { "addr add 10.2.0.\($0)/32 dev near" }.joined(separator: "\n")
    try Shell.run("ip -batch - <<'END'\n\(lines)\nEND")
    try table.follow()
    #expect(table.losses == 1)
    #expect(table.addresses(of: wire.near.index).count { $0.network.description.hasPrefix("10.2.") } == 250)
  }

  @Test("A hardware address is Ethernet's")
  func hardwareAddress() throws {
    try Shell.run("ip link set near address 02:00:00:00:00:33")
    let table = try LinkTable()
    #expect(table.link(named: "near")?.hardwareAddress?.description == "02:00:00:00:00:33")
  }
}
