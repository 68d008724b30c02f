internal import CKernel
internal import Glibc
internal import Synchronization

/// Messages from other threads to the one that runs an ``EpollLoop``.
package final class Inbox<Message: Sendable>: Sendable {
  private let waiting = Mutex<[Message]>([])
  /// Readable while messages wait (eventfd(2)).
  package let descriptor: FileDescriptor

  /// An empty one.
  ///
  /// - Throws: where this process has no descriptor left.
  package init() throws(SystemError) {
    descriptor = try FileDescriptor("eventfd", eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)))
  }

  /// Leaves a message and wakes the loop; any thread may.
  package func send(_ message: Message) {
    waiting.withLock { $0.append(message) }
    // It fails only where the counter is at its end, and then the loop is awake.
    _ = eventfd_write(descriptor.number, 1)
  }

  /// Takes all messages, in the order in which they came.
  package func takeAll() -> [Message] {
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(descriptor.number, &count)
    return waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
