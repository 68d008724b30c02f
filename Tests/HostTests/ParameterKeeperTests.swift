import Glibc
import Host
import Testing

@Suite("Kernel parameters", .serialized)
struct ParameterKeeperTests {
  private let root: String
  private var record: String { "\(root)-record" }

  init() throws {
    root = "/tmp/pintle-parameters-\(getpid())"
    mkdir(root, 0o755)
    for name in ["a", "b"] { try write("0\n", to: name) }
    try write("3\t50\n", to: "pair")
    unlink(record)
  }

  private func write(_ text: String, to name: String) throws {
    let file = try #require(fopen("\(root)/\(name)", "w"))
    fputs(text, file)
    fclose(file)
  }

  private func read(_ name: String) throws -> String {
    let file = try #require(fopen("\(root)/\(name)", "r"))
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 64)
    return String(decoding: buffer[..<fread(&buffer, 1, 64, file)], as: UTF8.self)
  }

  private func keeper() -> ParameterKeeper { ParameterKeeper(root: root, record: record) }

  @Test("What is right already is left alone, and never set back")
  func rightAlready() throws {
    var keeper = keeper()
    #expect(keeper.keep(["a": "0", "pair": "3 50"]) == [])
    try write("5\n", to: "a")
    #expect(keeper.keep([:]) == [])
    #expect(try read("a") == "5\n")
  }

  @Test("What is set is kept, and set back by a later process")
  func setBack() throws {
    var first = keeper()
    #expect(
      first.keep(["a": "1", "pair": "3 0"]) == [
        .set("a", from: "0", to: "1"), .set("pair", from: "3 50", to: "3 0"),
      ])
    #expect(first.keep(["a": "1", "pair": "3 0"]) == [])
    try write("0\n", to: "a")
    #expect(first.keep(["a": "1", "pair": "3 0"]) == [.set("a", from: "0", to: "1")])

    var second = keeper()
    #expect(second.keep(["pair": "3 0"]) == [.setBack("a", to: "0")])
    #expect(second.keep([:]) == [.setBack("pair", to: "3 50")])
    #expect(access(record, F_OK) != 0)
  }

  @Test("What somebody has changed since is theirs")
  func changedSince() throws {
    var keeper = keeper()
    _ = keeper.keep(["a": "1"])
    try write("2\n", to: "a")
    #expect(keeper.keep([:]) == [])
    #expect(try read("a") == "2\n")
  }

  @Test("What cannot be set is said each time, with what it is")
  func refused() throws {
    var keeper = keeper()
    #expect(
      keeper.keep(["missing": "1"]) == [
        .refused("missing", is: nil, wanted: "1", SystemError("open", ENOENT))
      ])
    #expect(keeper.keep(["missing": "1"]).count == 1)
  }

  @Test("A quiet connection is told by the clock, not by the number of its packets")
  func needs() {
    #expect(KernelNeeds.sync.parameters["net/ipv4/vs/sync_threshold"] == "3 0")
    #expect(KernelNeeds([]).parameters == [:])
    #expect(
      KernelNeeds([.sourceNAT]).parameters == [
        "net/ipv4/vs/conntrack": "1", "net/netfilter/nf_conntrack_tcp_be_liberal": "1",
      ])
  }
}
