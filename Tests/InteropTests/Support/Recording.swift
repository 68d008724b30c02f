import CKernel
import Glibc
import Host
import Synchronization
import TestSupport

/// What passes on a LAN, as far as it has to do with virtual routers.
final class Recording: Sendable {
  /// An advertisement.
  struct Advert: Sendable {
    /// When it passed, in nanoseconds.
    let time: Int64
    /// The last byte of its sender's address: the number of the host.
    let host: Int
    /// The hardware address that it came from.
    let hardwareAddress: [UInt8]
    /// Its TTL or hop limit.
    let hopLimit: Int
    let version: Int
    let id: Int
    let priority: Int
  }

  /// An announcement: a gratuitous ARP or an unsolicited neighbour advertisement.
  struct Announcement: Sendable {
    let time: Int64
    /// The last byte of the address.
    let address: Int
    /// The hardware address that it came from.
    let hardwareAddress: [UInt8]
  }

  fileprivate struct State {
    var adverts: [Advert] = []
    var announcements: [Announcement] = []
    var isStopped = false
  }

  private let state = Mutex(State())
  private let socket: FileDescriptor

  /// Begins.
  init(on interface: String) throws {
    let socket = try FileDescriptor(
      "socket", Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(UInt16(0x0003).bigEndian)))
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = UInt16(0x0003).bigEndian
    address.sll_ifindex = Int32(if_nametoindex(interface))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
      }
    }
    guard result == 0 else { throw SystemError("bind", errno) }
    try socket.setOption(SOL_SOCKET, SO_RCVBUF, 8 << 20 as Int32)
    try socket.setOption(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: 0, tv_usec: 50_000))
    try socket.setOption(SOL_SOCKET, SO_TIMESTAMPNS, 1 as Int32)
    self.socket = socket
    _ = try DedicatedThread(name: "recording") { [self] in record() }
  }

  /// Ends.
  func stop() {
    state.withLock { $0.isStopped = true }
  }

  /// The advertisements so far, in their order; those of one virtual router, or of all.
  func adverts(of id: Int = 51, since: Int64 = 0) -> [Advert] {
    state.withLock { $0.adverts.filter { $0.id == id && $0.time >= since } }
  }

  /// The announcements so far of the address that ends with a byte.
  func announcements(of address: Int = 100, since: Int64 = 0) -> [Announcement] {
    state.withLock { $0.announcements.filter { $0.address == address && $0.time >= since } }
  }

  /// For how long, at most, two hosts said in turn that they are Active; a single handover is no time at all.
  ///
  /// It ends when the one that yields said so last, and after a release who had the addresses before is no rival.
  func longestOverlap(of id: Int = 51, interval: Duration, since: Int64 = 0) -> Duration {
    let interval = interval.nanoseconds
    var longest: Int64 = 0
    var start: Int64?
    var last: (time: Int64, host: Int)?
    var lastChange: Int64?
    for advert in adverts(of: id, since: since) {
      if advert.priority == 0 {
        (start, lastChange) = (nil, nil)
        continue
      }
      defer { last = (advert.time, advert.host) }
      guard let previous = last, previous.host != advert.host else { continue }
      if let change = lastChange, advert.time - change < 2 * interval {
        start = start ?? change
        longest = max(longest, previous.time - (start ?? change))
      } else {
        start = nil
      }
      lastChange = advert.time
    }
    return .nanoseconds(longest)
  }

  private func record() {
    var buffer = [UInt8](repeating: 0, count: 8192)
    while !state.withLock({ $0.isStopped }) {
      guard let (length, time) = receive(into: &buffer) else { continue }
      state.withLock { $0.take(buffer[..<length], at: time) }
    }
  }

  /// Receives a frame with the kernel's own time of it: this thread may be late.
  private func receive(into buffer: inout [UInt8]) -> (length: Int, time: Int64)? {
    var control = [UInt64](repeating: 0, count: 16)
    let length = buffer.withUnsafeMutableBytes { bytes in
      control.withUnsafeMutableBytes { control in
        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          return recvmsg(socket.number, &message, 0)
        }
      }
    }
    guard length > 0 else { return nil }
    // struct cmsghdr is 16 bytes, and the timespec behind it is the only message that was asked for.
    let stamp = Int64(bitPattern: control[2]) * 1_000_000_000 + Int64(bitPattern: control[3])
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - stamp
    return (length, BootClock.now - age)
  }
}

extension Recording.State {
  /// Reads an Ethernet frame.
  mutating func take(_ frame: ArraySlice<UInt8>, at time: Int64) {
    let frame = Array(frame)
    guard frame.count >= 42 else { return }
    switch (frame[12], frame[13]) {
    case (0x08, 0x00) where frame[23] == 112:
      advert(Array(frame[(14 + Int(frame[14] & 0xF) * 4)...]), host: Int(frame[29]), frame, at: time)
    case (0x86, 0xDD) where frame[20] == 112 && frame.count > 62:
      advert(Array(frame[54...]), host: Int(frame[37]), frame, at: time)
    case (0x08, 0x06) where frame[28..<32] == frame[38..<42]:
      announcements.append(.init(time: time, address: Int(frame[41]), hardwareAddress: Array(frame[6..<12])))
    case (0x86, 0xDD) where frame[20] == 58 && frame.count >= 78 && frame[54] == 136:
      announcements.append(.init(time: time, address: Int(frame[77]), hardwareAddress: Array(frame[6..<12])))
    default: break
    }
  }

  private mutating func advert(_ message: [UInt8], host: Int, _ frame: [UInt8], at time: Int64) {
    guard message.count >= 8 else { return }
    adverts.append(
      .init(
        time: time, host: host, hardwareAddress: Array(frame[6..<12]),
        hopLimit: Int(frame[12] == 0x08 ? frame[22] : frame[21]), version: Int(message[0] >> 4),
        id: Int(message[1]), priority: Int(message[2]))
    )
  }
}

extension Duration {
  /// Whole nanoseconds.
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
