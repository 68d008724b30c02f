import Glibc
import Host
import Testing

@Suite("Kernel parameters", .serialized)
struct ParameterKeeperTests {
  private let root: String
  private var record: String { "\(root)-record" }

  init() throws {
    root = "/tmp/pintle-parameters-\(getpid())"
    for folder in [root, "\(root)/net", "\(root)/kernel"] { mkdir(folder, 0o755) }
    for name in ["net/a", "net/b"] { try write("0\n", to: name) }
    try write("3\t50\n", to: "net/pair")
    try write("0\n", to: "kernel/a")
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
    #expect(keeper.keep(["net/a": "0", "net/pair": "3 50"]) == [])
    try write("5\n", to: "net/a")
    #expect(keeper.keep([:]) == [])
    #expect(try read("net/a") == "5\n")
  }

  @Test("What is set is kept, and set back by a later process")
  func setBack() throws {
    var first = keeper()
    #expect(
      first.keep(["net/a": "1", "net/pair": "3 0"]) == [
        .set("net/a", from: "0", to: "1"), .set("net/pair", from: "3 50", to: "3 0"),
      ])
    #expect(first.keep(["net/a": "1", "net/pair": "3 0"]) == [])
    try write("0\n", to: "net/a")
    #expect(first.keep(["net/a": "1", "net/pair": "3 0"]) == [.set("net/a", from: "0", to: "1")])

    var second = keeper()
    #expect(second.keep(["net/pair": "3 0"]) == [.setBack("net/a", to: "0")])
    #expect(second.keep([:]) == [.setBack("net/pair", to: "3 50")])
    #expect(access(record, F_OK) != 0)
  }

  @Test("What somebody has changed since is theirs")
  func changedSince() throws {
    var keeper = keeper()
    _ = keeper.keep(["net/a": "1"])
    try write("2\n", to: "net/a")
    #expect(keeper.keep([:]) == [])
    #expect(try read("net/a") == "2\n")
  }

  @Test("What cannot be set is said each time, with what it is")
  func refused() throws {
    var keeper = keeper()
    #expect(
      keeper.keep(["net/missing": "1"]) == [
        .refused("net/missing", is: nil, wanted: "1", SystemError("open", ENOENT))
      ])
    #expect(keeper.keep(["net/missing": "1"]).count == 1)
  }

  @Test(
    "A record names parameters of the network alone: who may write it must not have root write elsewhere",
    arguments: ["kernel/a", "net/../kernel/a", "net//../kernel/a", "net/./a", "../secret", "/net/a", "net"])
  func strangeRecord(_ name: String) throws {
    let file = try #require(fopen(record, "w"))
    fputs("\(name)\t5\t0\nnet/b\t7\t0\n", file)
    fclose(file)
    var keeper = keeper()
    #expect(keeper.keep([:]) == [.setBack("net/b", to: "7")])
    #expect(try read("kernel/a") == "0\n")
    #expect(try read("net/a") == "0\n")
  }

  @Test("A record is never written through a link")
  func linkedRecord() throws {
    let elsewhere = "\(root)/elsewhere"
    try write("mine\n", to: "elsewhere")
    symlink(elsewhere, record)
    var keeper = keeper()
    #expect(keeper.keep(["net/a": "1"]).count == 1)
    #expect(try read("elsewhere") == "mine\n")
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
