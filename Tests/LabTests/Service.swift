import Control
import Glibc
import Model
import TestSupport
import Testing

/// `pintle.service` as it is installed on a host, which is the machine itself.
final class Service {
  private var current: Stage?

  deinit { try? current?.close() }

  /// The project's folder.
  static let project = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  private static let installation = Result {
    let deploy = "\(project)/deploy/systemd"
    // The program lies where only root gets to.
    try Lab.shell(
      """
      set -e
      systemd-sysusers \(deploy)/sysusers.d/pintle.conf
      install -m 644 -t /etc/systemd/system \(deploy)/pintle.service \(deploy)/pintle-realserver.service
      mkdir -p /etc/systemd/system/pintle.service.d /etc/pintle
      printf '[Unit]\\nWants=\\nAfter=\\n[Service]\\nWatchdogSec=5s\\n' >/etc/systemd/system/pintle.service.d/lab.conf
      touch /usr/bin/pintle && mount --bind \(Lab.pintle) /usr/bin/pintle
      modprobe -a ip_vs ip_vs_wlc nf_conntrack
      systemctl daemon-reload
      """)
  }

  /// Puts the machine on a switch with a client and two servers.
  @discardableResult
  func stage() throws -> Stage {
    if let current { return current }
    let stage = try Stage(["client", "server1", "server2"])
    try Lab.shell(
      """
      ip -n switch link add director type veth peer name lan netns 1
      ip -n switch link set director master lan up
      ip link set lan up; ip address add 10.0.0.1/24 dev lan; ip address add 10.0.0.250/32 dev lan
      """)
    for host in ["server1", "server2"] {
      try stage.listen(host, "10.0.0.1\(host.suffix(1)):6443")
      try stage.on(host, "ip route replace default via 10.0.0.1")
    }
    current = stage
    return stage
  }

  /// Replaces the configuration.
  func configure(_ text: String) throws { try Lab.write(text, to: "/etc/pintle/pintle.yaml") }

  /// Begins anew with a configuration, and no table.
  func start(_ text: String) throws {
    _ = try Self.installation.get()
    try Lab.shell("systemctl stop pintle; ipvsadm -C; rm -rf /run/pintle/*")
    try configure(text)
    try Lab.shell("systemctl start pintle || { journalctl -u pintle -o cat | tail -n 20; exit 1; }")
  }

  /// A property of the unit.
  func property(_ name: String) throws -> String {
    String(try Lab.shell("systemctl show pintle --value -p \(name)").dropLast())
  }

  /// Runs the program, as somebody else if need be.
  func pintle(_ arguments: String, as user: String? = nil) throws -> (
    output: String, errors: String, status: Int
  ) {
    let prefix = user.map { "setpriv \($0) " } ?? ""
    let status = try Lab.shell("\(prefix)/usr/bin/pintle \(arguments) >/run/lab-out 2>/run/lab-err; echo $?")
    return (
      try Lab.shell("cat /run/lab-out"), try Lab.shell("cat /run/lab-err"), Int(status.dropLast()) ?? -1
    )
  }

  /// What the daemon says of itself.
  func status() throws -> StatusRecord {
    try JSON.decode(StatusRecord.self, from: Array(try pintle("status --json").output.utf8))
  }

  /// The entries of a kind of event in the journal, or all that are events.
  func journal(of kind: String?) throws -> [[String: String]] {
    let documented = try DocumentedEvents()
    try Lab.shell("journalctl --sync")
    let id = try kind.map { try #require(documented.ids[$0]) }
    let match = id.map { "MESSAGE_ID=\($0)" } ?? ""
    let lines = try Lab.shell(
      "journalctl -q -o json SYSLOG_IDENTIFIER=pintle _SYSTEMD_UNIT=pintle.service \(match)")
    return try lines.split(separator: "\n").map {
      try JSON.decode([String: String].self, from: Array($0.utf8))
    }
    .filter { $0["MESSAGE_ID"] != nil }
  }

  /// Waits until something is so, while servers and clients go on.
  func wait(_ what: String, within time: Duration = .seconds(30), until isSo: () throws -> Bool) throws {
    do {
      try stage().wait(what, within: time, until: isSo)
    } catch {
      throw Lab.Failure(description: "\(error)\n\(try Lab.shell("journalctl -u pintle -o cat | tail -n 20"))")
    }
  }
}
