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
      let id = number % 4 == 0 ? 51 : 60 + number
      return ForgedAdvertisement(
        sender: 100 + number, message: [0x31, id, 200, 1, 0, 10, 0xDE, 0xAD, 10, 1, 0, 100]
      ).frame
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
}
