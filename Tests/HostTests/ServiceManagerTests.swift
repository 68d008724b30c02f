import Glibc
import Host
import Testing

@Suite("What the service manager is told")
struct ServiceManagerTests {
  private func text(_ receiver: borrowing DatagramReceiver) throws -> String {
    String(decoding: try receiver.receive().bytes, as: UTF8.self)
  }

  @Test("Start, reload, life and end are said in its words")
  func words() throws {
    let receiver = try DatagramReceiver()
    let path = receiver.path
    let manager = ServiceManager { $0 == "NOTIFY_SOCKET" ? path : nil }
    manager.ready("serving 2 services")
    #expect(try text(receiver) == "READY=1\nSTATUS=serving 2 services")
    manager.reloading()
    let reloading = try text(receiver)
    #expect(reloading.hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
    #expect(Int64(reloading.split(separator: "=")[2]) ?? 0 > 0)
    manager.alive()
    #expect(try text(receiver) == "WATCHDOG=1")
    manager.stopping()
    #expect(try text(receiver) == "STOPPING=1\nSTATUS=stopping")
  }

  @Test("A status is one line, and cannot say anything else")
  func status() throws {
    let receiver = try DatagramReceiver()
    let path = receiver.path
    ServiceManager { $0 == "NOTIFY_SOCKET" ? path : nil }.status("a\nMAINPID=1")
    #expect(try text(receiver) == "STATUS=a MAINPID=1")
  }

  @Test("A name in the abstract namespace is a name like another")
  func abstract() throws {
    let name = "pintle-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: name.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(3 + name.utf8.count))
      }
    }
    try #require(status == 0)
    ServiceManager { $0 == "NOTIFY_SOCKET" ? "@" + name : nil }.alive()
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    #expect(count == 10)
  }

  @Test("The watchdog's interval is this process's own")
  func watchdog() {
    func interval(_ variables: [String: String]) -> Duration? {
      ServiceManager { variables[$0] }.watchdogInterval
    }
    #expect(interval([:]) == nil)
    #expect(interval(["WATCHDOG_USEC": "0"]) == nil)
    #expect(interval(["WATCHDOG_USEC": "3000000"]) == .seconds(3))
    #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(3))
    #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "\(getpid() + 1)"]) == nil)
  }

  @Test("Without a manager nothing is told")
  func nobody() {
    ServiceManager { _ in nil }.ready("serving")
    ServiceManager { _ in "/tmp/pintle-there-is-no-manager-here" }.ready("serving")
  }
}
