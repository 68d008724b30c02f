internal import Glibc
internal import Netlink

/// Holds a runtime directory; the kernel lets go of it however the process ends.
struct RuntimeLock: ~Copyable {
  private let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }
}
