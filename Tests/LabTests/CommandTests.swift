import Glibc
import IPVS
import Model
import TestSupport
import Testing

/// The program itself, on a real kernel, with ipvsadm as the second opinion.
@Suite("The command line", .enabled(if: Lab.isHere, "needs scripts/lab"), .serialized)
struct CommandTests {
  /// Runs `pintle` with the arguments; its standard output, standard error and exit status.
  private func pintle(_ arguments: String) throws -> (output: String, errors: String, status: Int) {
    let status = try Lab.shell("\(Lab.pintle) \(arguments) >/run/lab-out 2>/run/lab-err; echo $?")
    return (
      try Lab.shell("cat /run/lab-out"), try Lab.shell("cat /run/lab-err"),
      Int(status.dropLast()) ?? -1
    )
  }

  private func saved() throws -> [String] {
    try Lab.shell("ipvsadm -S -n").split(separator: "\n").map(String.init).sorted()
  }

  private static let configuration = """
    services:
      - name: kube-apiserver
        address: 10.0.0.250:6443
        servers: [10.0.0.11, {address: 10.0.0.12, weight: 2}]
    """

  @Test("Of a half-bad file nothing is restored, and every bad line is named")
  func halfBad() throws {
    try Lab.shell("ipvsadm -C")
    let file = try Lab.file(
      """
      -A -t 10.0.0.250:6443 -s wlc
      -a -t 10.0.0.250:6443 -r 10.0.0.11:6443 -m -w one
      -a -t 10.0.0.250:6443 -r 10.0.0.12:6443 -m
      -a -t 10.0.0.251:6443 -r kube-3:6443 -m
      """)
    let run = try pintle("ipvs restore \(file)")
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.contains("line 2: '-w': 'one' is not a number"))
    #expect(run.errors.contains("line 4: '-r': 'kube-3' in 'kube-3:6443' is not a numeric address"))
    #expect(run.errors.hasSuffix("pintle: nothing restored: 2 bad lines\n"))
    #expect(try saved() == [])
  }

  @Test("A file that the kernel would refuse half-way is refused before it is begun")
  func refusedLate() throws {
    try Lab.shell("ipvsadm -C")
    let file = try Lab.file(
      "-A -t 10.0.0.250:6443\n-a -t 10.0.0.250:6443 -r 10.0.0.11:6443 -m\n-A -t 10.0.0.250:6443\n")
    let run = try pintle("ipvs restore \(file)")
    #expect(run.status == 1)
    #expect(run.errors.contains("line 3: service tcp 10.0.0.250:6443 already exists"))
    #expect(try saved() == [])
  }

  @Test("A dry run says what would change, and changes nothing")
  func dryRun() throws {
    try Lab.shell("ipvsadm -C")
    let run = try pintle("ipvs restore --dry-run \(try Lab.file("-A -t 10.0.0.250:6443 -s rr\n"))")
    #expect(run.status == 0)
    #expect(run.output.contains("10.0.0.250:6443"))
    #expect(try saved() == [])
  }

  @Test("A listing has numbers; names of hosts and ports only where they were asked for")
  func names() throws {
    try Lab.shell(
      "ipvsadm -C; ipvsadm -A -t 10.0.0.250:443 -s rr; ipvsadm -a -t 10.0.0.250:443 -r 10.0.0.11:443 -m")
    try Lab.write("10.0.0.11 apiserver-one.example\n10.0.0.250 api.example\n", to: "/run/lab-hosts")
    func list(_ options: String) throws -> String {
      try Lab.shell(
        "unshare -m sh -ec 'mount --bind /run/lab-hosts /etc/hosts; \(Lab.pintle) ipvs list \(options)'")
    }
    let numbers = try list("")
    #expect(numbers.contains("tcp 10.0.0.250:443") && numbers.contains("-> 10.0.0.11:443"))
    #expect(!numbers.contains("example") && !numbers.contains("https"))
    let names = try list("--resolve")
    #expect(names.contains("tcp api.example:https") && names.contains("-> apiserver-one.example:https"))
    #expect(!names.contains("10.0.0"))
    try Lab.shell("ipvsadm -C")
  }

  @Test("A plan says 2 before the configuration is applied and 0 after it; another's service stays")
  func planAndApply() throws {
    try Lab.shell("ipvsadm -C; ipvsadm -A -t 10.9.9.9:80 -s rr; rm -rf /run/lab-runtime")
    let file = try Lab.file(Self.configuration)
    #expect(try pintle("plan --runtime-directory /run/lab-runtime \(file)").status == 2)
    #expect(try saved() == ["-A -t 10.9.9.9:80 -s rr"])

    #expect(try pintle("apply --runtime-directory /run/lab-runtime \(file)").status == 0)
    let table = [
      "-A -t 10.0.0.250:6443 -s wlc", "-A -t 10.9.9.9:80 -s rr",
      "-a -t 10.0.0.250:6443 -r 10.0.0.11:6443 -m -w 1", "-a -t 10.0.0.250:6443 -r 10.0.0.12:6443 -m -w 2",
    ]
    #expect(try saved() == table)
    let after = try pintle("plan --runtime-directory /run/lab-runtime \(file)")
    #expect(after.status == 0)

    // What the configuration drops goes, because it is Pintle's own; what somebody else made does not.
    let empty = try Lab.file(Self.configuration.replacing("10.0.0.250", with: "10.0.0.240"))
    #expect(try pintle("apply --runtime-directory /run/lab-runtime \(empty)").status == 0)
    #expect(try saved().contains("-A -t 10.9.9.9:80 -s rr"))
    #expect(try !saved().contains("-A -t 10.0.0.250:6443 -s wlc"))
    try Lab.shell("ipvsadm -C")
  }

  @Test("What root writes in the runtime directory belongs to its owner, whatever root's umask is")
  func ownerOfRecords() throws {
    let directory = "/run/lab-runtime"
    try Lab.shell("ipvsadm -C; rm -rf \(directory); mkdir \(directory); chown 65534:65534 \(directory)")
    let file = try Lab.file(Self.configuration)
    try Lab.shell("umask 077; \(Lab.pintle) apply --runtime-directory \(directory) \(file)")
    try Lab.shell("umask 077; \(Lab.pintle) cleanup --runtime-directory \(directory)")
    #expect(
      try Lab.shell("cd \(directory); stat -c '%n %u:%g' *") == """
        lock 65534:65534
        maintenance 65534:65534
        services 65534:65534

        """)
    // One that another user has made is told, with what to do.
    try Lab.shell("chown 0:0 \(directory)/lock; chmod 600 \(directory)/lock")
    let refused = try Lab.shell(
      """
      setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps +net_admin --ambient-caps +net_admin \
        \(Lab.pintle) apply --runtime-directory \(directory) \(file) 2>&1 || true
      """)
    #expect(
      refused.contains("(another user made it; as root: chown --reference=\(directory) \(directory)/lock)"),
      "\(refused)")
    try Lab.shell("ipvsadm -C; rm -rf \(directory)")
  }

  @Test("A bad configuration changes nothing")
  func badConfiguration() throws {
    try Lab.shell("ipvsadm -C")
    let file = try Lab.file(Self.configuration.replacing("weight: 2", with: "wieght: 2"))
    let run = try pintle("apply --runtime-directory /run/lab-runtime \(file)")
    #expect(run.status == 1)
    #expect(run.errors.contains("weight"))
    #expect(try saved() == [])
  }

  @Test("What does not exist, or is not permitted, is said with its object")
  func errors() throws {
    try Lab.shell("ipvsadm -C")
    let missing = try pintle("ipvs delete service 10.0.0.250:6443")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("service tcp 10.0.0.250:6443: no such service"))

    let status = try Lab.shell(
      "setpriv --bounding-set -net_admin --inh-caps -all \(Lab.pintle) ipvs list 2>/run/lab-err; echo $?")
    #expect(status == "1\n")
    #expect(try Lab.shell("cat /run/lab-err").contains("not permitted (needs root or CAP_NET_ADMIN)"))
    #expect(try pintle("ipvs list --no-such-option").status == 64)
  }

  @Test("A daemon that starts on the right table writes nothing, and its stop leaves forwarding as it is")
  func adoption() throws {
    try Lab.shell("ipvsadm -C; rm -rf /run/lab-runtime")
    // Long before a check has an answer that could change the table, the daemon has ended.
    let check = "check: {exec: {command: [/bin/sleep, \"100\"]}, timeout: 100s, interval: 100s}"
    let file = try Lab.file("\(Self.configuration)\n    \(check)\n")
    #expect(try pintle("apply --runtime-directory /run/lab-runtime \(file)").status == 0)
    let before = try saved()
    // Ends by itself once it has said what it did, or after ten seconds.
    let log = try Lab.shell(
      """
      \(Lab.pintle) run --runtime-directory /run/lab-runtime --config \(file) >/run/lab-log 2>&1 & daemon=$!
      for i in $(seq 200); do grep -q serving /run/lab-log && break; sleep 0.05; done
      kill -TERM $daemon; wait $daemon; echo "status $?"; cat /run/lab-log
      """)
    #expect(log.hasPrefix("status 0\n"))
    #expect(log.contains("the kernel's table was right already"), "\(log)")
    #expect(try saved() == before)
    try Lab.shell("ipvsadm -C")
  }
}
