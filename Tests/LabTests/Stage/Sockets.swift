import CKernel
import Glibc

/// Whoever has sockets, and is told when there is something to do for one of them.
protocol SocketOwner: AnyObject {
  /// Does all that there is to do for a socket, without waiting: nobody tells of it again.
  func serve(_ descriptor: Int32)
}

/// The sockets of a stage: the kernel says which of them have something to read, or can be written to again.
///
/// A change is told once. There are hundreds of connections, an emulator is slow, and to go through all of them each time
/// would cost more than what they have to say.
final class Sockets {
  private struct Owner {
    weak var object: (any SocketOwner)?
  }

  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
  private var owners: [Int32: Owner] = [:]
  private var events = [epoll_event](repeating: epoll_event(), count: 64)

  deinit { close(epoll) }

  /// Tells an owner of a socket, from now until the socket is closed or the owner is gone; without one, what there is to
  /// do only ends the wait.
  func add(_ descriptor: Int32, of owner: (any SocketOwner)?) {
    owners[descriptor] = Owner(object: owner)
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    event.data.fd = descriptor
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
  }

  /// Waits for what there is to do, at most for a time, and has it done.
  func serve(within time: Duration) {
    let milliseconds = (time / .milliseconds(1)).rounded(.up)
    let count = epoll_wait(epoll, &events, Int32(events.count), Int32(milliseconds))
    // One that another's turn has closed is nobody's, or somebody's who is asked in vain.
    for index in 0..<max(0, Int(count)) {
      let descriptor = events[index].data.fd
      owners[descriptor]?.object?.serve(descriptor)
    }
  }
}
