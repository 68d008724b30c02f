import Glibc
import TestSupport
import Testing

/// A host that is made ready as a real server, and what becomes of that with another configuration.
@Suite("A real server", .serialized, .enabled(if: Shell.isInNamespace))
struct RealServerTests {
  private let lan: LAN

  init() throws { lan = try LAN(hosts: 1) }

  private func realserver(_ command: String, of services: String) throws -> String {
    let file = try Files.write(services, to: "realserver.yaml")
    return try lan.run(
      1,
      "\(Program.pintle) realserver \(command) --runtime-directory \(Files.directory)/host1 \(file) 2>&1 || echo failed"
    )
  }

  private static func service(_ address: String, server: String = "10.1.0.1") -> String {
    "services: [{name: api, address: \"\(address):6443\", forwarding: direct, servers: [\(server)]}]\n"
  }

  private func addresses() throws -> [String] {
    try lan.run(1, "ip -o -4 address show dev lo").split(separator: "\n").compactMap {
      $0.split(separator: " ").dropFirst(3).first.map(String.init)
    }
  }

  @Test("has the address that its service has now, and not the one that it had before")
  func movedService() throws {
    #expect(try realserver("up", of: Self.service("10.1.0.100")) == "")
    let moved = Self.service("10.1.0.101")
    let status = try realserver("status", of: moved)
    #expect(status.contains("10.1.0.100 on lo") && status.contains("left over"), "\(status)")
    #expect(status.hasSuffix("failed\n"))
    #expect(try realserver("up", of: moved) == "")
    #expect(try addresses() == ["127.0.0.1/8", "10.1.0.101/32"])
    #expect(!(try realserver("status", of: moved)).contains("failed"))
    // A host that is none of the servers any more.
    #expect(
      try realserver("up", of: Self.service("10.1.0.101", server: "10.1.0.7")).contains("needs nothing"))
    #expect(try addresses() == ["127.0.0.1/8"])
  }

  @Test("leaves an address alone that somebody else has given it")
  func others() throws {
    try lan.run(1, "ip address add 10.1.0.100/32 dev lo; ip address add 10.1.0.99/32 dev lo")
    #expect(try realserver("up", of: Self.service("10.1.0.100")) == "")
    #expect(try lan.run(1, "sysctl -n net.ipv4.conf.all.arp_ignore") == "1\n")
    #expect(try realserver("down", of: Self.service("10.1.0.100")) == "")
    #expect(try addresses() == ["127.0.0.1/8", "10.1.0.100/32", "10.1.0.99/32"])
    #expect(try lan.run(1, "sysctl -n net.ipv4.conf.all.arp_ignore") == "0\n")
  }
}
