import CKernel
import Glibc
import Model
import TestSupport

/// setns(2), which the C library shows only to those who ask for GNU's extensions.
private typealias SetNS = @convention(c) (Int32, Int32) -> Int32

/// Runs something in the network namespace of a host; sockets made there stay there.
func onHost<Result>(_ host: String, _ body: () -> Result) throws -> Result {
  let own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
  let other = open("/run/netns/\(host)", O_RDONLY | O_CLOEXEC)
  defer {
    close(own)
    close(other)
  }
  guard let setns = unsafeBitCast(dlsym(nil, "setns"), to: SetNS?.self) else {
    throw Lab.Failure(description: "no setns")
  }
  // Only network namespaces are entered so.
  guard setns(other, 0) == 0 else { throw Lab.Failure(description: "setns \(host): \(errno)") }
  defer { _ = setns(own, 0) }
  return body()
}

/// A TCP socket of the host on which it is called, that does not block; negative where there is none.
func streamSocket(for address: SocketAddress) -> Int32 {
  socket(
    address.family,
    Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
}
