import IPVS
import Model
import Testing

@Suite("Reading the save format")
struct RuleReaderTests {
  private static let tcp = ServiceKey.endpoint(.tcp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 1)), port: 80))
  private static let udp = ServiceKey.endpoint(.udp, Endpoint(.ipv4(IPv4Address(10, 0, 0, 1)), port: 53))
  private static let sixth = ServiceKey.endpoint(
    .tcp, Endpoint(.ipv6(IPv6Address(0xFD << 120 | 1)), port: 80))
  private static let mark = ServiceKey.firewallMark(7, .ipv4)
  private static let mark6 = ServiceKey.firewallMark(7, .ipv6)

  private static func service(_ key: ServiceKey, _ change: (inout VirtualService) -> Void = { _ in }) -> Rule
  {
    var service = VirtualService(key)
    change(&service)
    return .change(.addService(service))
  }

  private static func server(
    _ key: ServiceKey, _ forwarding: ForwardingMethod = .direct, port: UInt16 = 80, weight: UInt32 = 1,
    upper: UInt32 = 0, lower: UInt32 = 0
  ) -> Rule {
    .change(.addServer(backend(port, forwarding, weight: weight, upper: upper, lower: lower), key))
  }

  private static func backend(
    _ port: UInt16, _ forwarding: ForwardingMethod = .direct, weight: UInt32 = 1, upper: UInt32 = 0,
    lower: UInt32 = 0
  ) -> RealServer {
    RealServer(
      Endpoint(.ipv4(IPv4Address(10, 0, 0, 2)), port: port), forwarding: forwarding, weight: weight,
      upperThreshold: upper, lowerThreshold: lower)
  }

  private static let good: [(String, Rule)] = [
    ("-A -t 10.0.0.1:80", service(tcp)),
    ("ipvsadm --add-service --tcp-service=10.0.0.1:80 # why", service(tcp)),
    ("-At10.0.0.1:80 --scheduler rr", service(tcp) { $0.scheduler = .roundRobin }),
    ("-A \"-t\" '10.0.0.1:80'\r", service(tcp)),
    ("-A -t [fd00::1]:80 -M 64 -p 5", service(sixth) { $0.persistence = Persistence(timeout: 5, mask: 64) }),
    ("-A -t 10.0.0.1:80 -p", service(tcp) { $0.persistence = Persistence(timeout: 300, family: .ipv4) }),
    (
      "-A -t 10.0.0.1:80 -p -M 255.255.255.0",
      service(tcp) { $0.persistence = Persistence(timeout: 300, mask: 0xFFFF_FF00) }
    ),
    ("-A -t 10.0.0.1:80 -p9", service(tcp) { $0.persistence = Persistence(timeout: 9, family: .ipv4) }),
    ("-A -u 10.0.0.1:53 -o", service(udp) { $0.isOnePacket = true }),
    ("-A -f 7 --ops", service(mark) { $0.isOnePacket = true }),
    ("-A -f 7 -6", service(mark6)),
    (
      "-A -u 10.0.0.1:53 -p 60 --pe sip",
      service(udp) {
        $0.persistence = Persistence(timeout: 60, family: .ipv4)
        $0.persistenceEngine = PersistenceEngine("sip")
      }
    ),
    (
      "-A -t 10.0.0.1:80 -b sh-fallback,sh-port -s sh",
      service(tcp) {
        $0.scheduler = .sourceHashing
        $0.schedulerFlags = [.flag1, .flag2]
      }
    ),
    ("-E -t 10.0.0.1:80 -s wlc", .change(.setService(VirtualService(tcp)))),
    ("-D -t 10.0.0.1:80", .change(.deleteService(tcp))),
    ("-a -t 10.0.0.1:80 -r 10.0.0.2", server(tcp)),
    ("-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -g", server(tcp)),
    ("-a -r 10.0.0.2 -t 10.0.0.1:80 -m", server(tcp, .nat)),
    ("-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -m -w 0", server(tcp, .nat, port: 8080, weight: 0)),
    ("-a -f 7 -r 10.0.0.2:8080 -i", server(mark, .tunnel(.ipip), port: 8080)),
    ("-a -t 10.0.0.1:80 -r 10.0.0.2 -x 9 -y 3", server(tcp, upper: 9, lower: 3)),
    (
      "-a -t [fd00::1]:80 -r 10.0.0.2 -i --tun-type gue --tun-port 6080 --tun-remcsum",
      server(sixth, .tunnel(.gue(port: 6080, .remote)))
    ),
    ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-csum", server(tcp, .tunnel(.gre(.full)))),
    ("-e -t 10.0.0.1:80 -r 10.0.0.2:80 -w 5", .change(.setServer(backend(80, weight: 5), tcp))),
    ("-d -t 10.0.0.1:80 -r 10.0.0.2:8080", .change(.deleteServer(backend(8080).endpoint, tcp))),
    ("-C", .flush), ("--clear", .flush), ("-Z", .zero(nil)), ("-Z -f 7", .zero(mark)),
    ("--set 900 0 300", .setTimeouts(ConnectionTimeouts(tcp: 900, tcpFin: 0, udp: 300))),
    ("--start-daemon backup", .startDaemon(SyncDaemon(.backup, interface: "eth0", syncID: 0))),
    (
      "--start-daemon=master --mcast-interface ens1 --syncid 4 --sync-maxlen 1400 --mcast-group ff02::1 "
        + "--mcast-port 9000 --mcast-ttl 2",
      .startDaemon(
        SyncDaemon(
          .master, interface: "ens1", syncID: 4, maximumLength: 1400, group: IPAddress("ff02::1"), port: 9000,
          timeToLive: 2))
    ),
    ("--stop-daemon master", .stopDaemon(.master)),
  ]

  @Test("A good line is one rule", arguments: good)
  func goodLine(_ line: String, _ rule: Rule) {
    let (rules, errors) = RuleReader.read(Array(line.utf8))
    #expect(rules == [NumberedRule(line: 1, rule: rule)])
    #expect(errors == [])
  }

  @Test(
    "A bad line is an error that names the word",
    arguments: [
      ("-A", "'-A' needs a service"), ("-t 10.0.0.1:80", "option '-t' before a command"),
      ("hello", "unexpected word 'hello'"), ("-C now", "unexpected word 'now'"),
      ("-A -t 10.0.0.1:80 --foo", "unknown option '--foo'"), ("-A -t 10.0.0.1:80 -q", "unknown option '-q'"),
      ("-A -D -t 10.0.0.1:80", "second command '-D'"), ("-A -t", "'-t' needs a value"),
      ("-A -t -s rr", "'-t' needs a value"),
      ("-A -t 10.0.0.1:80 --scheduler=", "'--scheduler' needs a value"),
      ("-A -t 10.0.0.1:80 -s rr -s wlc", "'-s' is repeated"),
      ("-A -t 10.0.0.1:80 -u 10.0.0.1:53", "'-u' conflicts with '-t'"),
      ("-A -t web:80", "'web' in 'web:80' is not a numeric address; save with 'ipvsadm -S -n'"),
      ("-A -t 10.0.0.1:http", "'http' in '10.0.0.1:http' is not a numeric port; save with 'ipvsadm -S -n'"),
      ("-A -t 10.0.0.1:65536", "'65536' is not within 0 to 65535"), ("-A -t 80", "'80' is not a numeric"),
      ("-A -t 10.0.0.256:80", "'10.0.0.256' in"), ("-A -t 10.0.0.1", "port 0 (every port) needs persistence"),
      ("-A -t 10.0.0.1:80 -o", "'-o' is for UDP"), ("-A -f 0", "'0' is not within 1"),
      ("-A -6 -f 7", "'-6' must follow '-f'"), ("-A -t 10.0.0.1:80 -b sh-port", "'sh-port' is not a flag"),
      ("-A -t 10.0.0.1:80 -p 0", "'0' is not within 1"), ("-A -t 10.0.0.1:80 -M 24 -p", "'24' is not a mask"),
      ("-A -t [fd00::1]:80 -M 129 -p", "'129' is not within 1 to 128"),
      ("-A -t 10.0.0.1:80 -s averyverylongname", "'averyverylongname' is not the name"),
      ("-A -t 10.0.0.1:80 -w 1", "'-w' does not go with '-A'"), ("-A -n -t 10.0.0.1:80", "'-n' does not go"),
      ("-a -t 10.0.0.1:80", "'-a' needs a server"), ("-L", "'-L' is not a rule"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -g -m", "'-m' conflicts with '-g'"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -w many", "'many' is not a number"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -w 2147483648", "'2147483648' is not within"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -x 3 -y 9", "lower threshold is above the upper one"),
      ("-a -t 10.0.0.1:80 -r fd00::2 -m", "needs a tunnel"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 --tun-type gre", "'--tun-type' needs '-i'"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gue", "needs '--tun-port'"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-csum", "'--tun-csum' does not go with tunnel type 'ipip'"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-port 1", "'--tun-port' does not go"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-remcsum", "'--tun-remcsum' does not go"),
      ("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type vxlan", "'vxlan' is not"),
      ("--set 1 2", "'--set' needs three numbers"), ("--set 1 2 2678401", "'2678401' is not within"),
      ("--set 1 2 3 4", "unexpected word '4'"), ("--set -- 1 2 3 4", "'--set' needs three numbers"),
      ("--start-daemon both", "'both' is not"), ("--start-daemon master", "needs '--syncid'"),
      ("--start-daemon backup --mcast-group 10.0.0.1", "not a multicast group"), ("-A \"-t", "not closed"),
    ])
  func badLine(_ line: String, _ message: String) {
    let (rules, errors) = RuleReader.read(Array(line.utf8))
    #expect(rules == [])
    #expect(errors.count == 1)
    #expect(errors.first?.description.hasPrefix("line 1: ") == true)
    #expect(errors.first?.message.contains(message) == true, "\(errors)")
  }

  @Test("A half-bad file names each of its bad lines")
  func halfBad() {
    let text = "# comment\n-A -t 10.0.0.1:80\n--foo\n\n -a -t 10.0.0.1:80\n-C\nbad"
    let (rules, errors) = RuleReader.read(Array(text.utf8))
    #expect(rules.map(\.line) == [2, 6])
    #expect(errors.map(\.line) == [3, 5, 7])
    #expect(errors.first?.description == "line 3: unknown option '--foo'")
  }
}
