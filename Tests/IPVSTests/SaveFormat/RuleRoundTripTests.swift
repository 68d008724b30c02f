import IPVS
import Model
import TestSupport
import Testing

@Suite("Writing, checking and reading back")
struct RuleRoundTripTests {
  @Test("What is written and read back makes the same table", arguments: 0..<500 as Range<UInt64>)
  func roundTrip(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let table = ForwardingTable.random(using: &generator)
    let (rules, errors) = RuleReader.read(Array(RuleWriter.write(table).utf8))
    var copy = ForwardingTable()
    for case .change(let change) in rules.map(\.rule) { copy.apply(change) }
    #expect(errors == [])
    #expect(RuleReader.check(rules, against: ForwardingTable()) == [])
    #expect(copy == table)
  }

  @Test("The text is that of ipvsadm -S -n, with thresholds")
  func golden() {
    let text = """
      -A -t 10.0.0.1:80 -s rr -p 300 -M 255.255.255.0
      -a -t 10.0.0.1:80 -r 10.0.0.2:80 -g -w 1
      -a -t 10.0.0.1:80 -r 10.0.0.3:8080 -m -w 5 -x 9 -y 3
      -a -t 10.0.0.1:80 -r 10.0.0.4:80 -i -w 1 --tun-type ipip
      -a -t 10.0.0.1:80 -r 10.0.0.5:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
      -a -t 10.0.0.1:80 -r 10.0.0.6:80 -i -w 1 --tun-type gre --tun-nocsum
      -A --sctp-service 10.0.0.1:90 -s sh -b sh-fallback,sh-port
      -A -u 10.0.0.1:5060 -s wlc -p 60 --pe sip -o -b flag-1,flag-3
      -A -t [fd00::1]:80 -s wlc -p 300 -M 64
      -A -f 7 -s wlc
      -A -f 7 -6 -s wlc

      """
    var table = ForwardingTable()
    for case .change(let change) in RuleReader.read(Array(text.utf8)).rules.map(\.rule) {
      table.apply(change)
    }
    #expect(RuleWriter.write(table) == text)
    #expect(RuleWriter.write(ForwardingTable()) == "")
  }

  @Test("A check says what the kernel would refuse")
  func check() {
    let text = """
      -A -t 10.0.0.1:80
      -A -t 10.0.0.1:80
      -a -t 10.0.0.1:80 -r 10.0.0.2
      -a -t 10.0.0.1:80 -r 10.0.0.2
      -d -t 10.0.0.1:80 -r 10.0.0.3
      -e -t 10.0.0.1:80 -r 10.0.0.3
      -E -t 10.0.0.1:81
      -Z -f 7
      -C
      -D -t 10.0.0.1:80
      """
    let errors = RuleReader.check(RuleReader.read(Array(text.utf8)).rules, against: ForwardingTable())
    #expect(
      errors.map(\.description) == [
        "line 2: service tcp 10.0.0.1:80 already exists",
        "line 4: server 10.0.0.2:80 of service tcp 10.0.0.1:80 already exists",
        "line 5: no such server: 10.0.0.3:80 of service tcp 10.0.0.1:80",
        "line 6: no such server: 10.0.0.3:80 of service tcp 10.0.0.1:80",
        "line 7: no such service: tcp 10.0.0.1:81", "line 8: no such service: fwmark 7",
        "line 10: no such service: tcp 10.0.0.1:80",
      ])
  }

  @Test("Random bytes and broken lines end in errors, not in a crash", arguments: 0..<200 as Range<UInt64>)
  func garbage(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let noise = (0..<500).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    #expect(!RuleReader.read(noise).errors.isEmpty)
    var text = Array(RuleWriter.write(ForwardingTable.random(using: &generator)).utf8)
    for _ in 0..<5 {
      text[Int.random(in: text.indices, using: &generator)] = UInt8.random(in: 0...127, using: &generator)
    }
    let lines = text.split(separator: UInt8(ascii: "\n")).count
    let (rules, errors) = RuleReader.read(text)
    #expect(rules.count + errors.count <= lines)
  }

  @Test("NUL, invalid UTF-8, huge lines and huge files are errors")
  func limits() {
    #expect(RuleReader.read([0]).errors.first?.message == "the line holds a control character (0x00)")
    #expect(RuleReader.read([0xFF]).errors.first?.message == "the line is not UTF-8")
    let long = Array(repeating: UInt8(ascii: "a"), count: 5000)
    #expect(RuleReader.read(long).errors.first?.message == "the line is longer than 4096 bytes")
    let huge = Array(repeating: UInt8(ascii: " "), count: (64 << 20) + 1)
    #expect(RuleReader.read(huge).errors.first?.message == "the file is larger than 64 MiB")
  }

  @Test("A message shows a long or strange word shortened and harmless")
  func quoting() {
    let strange = RuleReader.read(Array("--\u{9B}31m\u{202E}".utf8))
    #expect(strange.errors.first?.message == "unknown option '--?31m?'")
    let long = RuleReader.read(Array(("--" + String(repeating: "a", count: 100)).utf8))
    #expect(long.errors.first?.message == "unknown option '--" + String(repeating: "a", count: 58) + "…'")
  }
}
