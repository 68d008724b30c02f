import Glibc
import Host

/// Sends messages that no router may believe, as fast as it can: other virtual routers', from ever other senders, and
/// router 51's with a wrong checksum.
struct Flood {
  private let interface: Int32
  private let frames: [[UInt8]]

  init(on interface: String) throws {
    self.interface = Int32(if_nametoindex(interface))
    frames = (UInt8(0)..<64).map { number in
      Self.frame(sender: 100 + number, id: number % 4 == 0 ? 51 : 60 + number)
    }
  }

  /// Sends for so long, and returns how many.
  func send(for duration: Duration) throws -> Int {
    let socket = try PacketSocket()
    let end = BootClock.now + duration.nanoseconds
    var count = 0
    while BootClock.now < end {
      for frame in frames {
        // A full queue drops; the next one goes.
        try? socket.send(frame, on: interface)
      }
      count += frames.count
    }
    return count
  }

  private static func frame(sender: UInt8, id: UInt8) -> [UInt8] {
    let message: [UInt8] = [0x31, id, 200, 1, 0, 10, 0xDE, 0xAD, 10, 1, 0, 100]
    var header: [UInt8] = [0x45, 0xC0, 0, UInt8(20 + message.count), 0, 0, 0, 0, 255, 112, 0, 0]
    header += [10, 1, 0, sender, 224, 0, 0, 18]
    var sum: UInt32 = 0
    for index in stride(from: 0, to: 20, by: 2) {
      sum += UInt32(header[index]) << 8
      sum += UInt32(header[index + 1])
    }
    while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
    header[10] = UInt8(truncatingIfNeeded: ~sum >> 8)
    header[11] = UInt8(truncatingIfNeeded: ~sum)
    return [0x01, 0x00, 0x5E, 0, 0, 18, 2, 0, 0, 0, 0, sender, 0x08, 0x00] + header + message
  }
}
