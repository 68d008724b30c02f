import Glibc

/// A mounted file system that answers nothing (fuse(4)): as of a server that is gone.
///
/// Whoever looks at it hangs until the owner goes.
final class HungFileSystem: Sendable {
  /// Whether this process may mount one.
  static let isPossible = geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0

  private let directory: TemporaryDirectory
  private let device: Int32

  init() throws {
    directory = try TemporaryDirectory()
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC)
    let options = "fd=\(device),rootmode=40000,user_id=0,group_id=0"
    guard mount("hung", directory.path, "fuse", UInt(MS_NOSUID | MS_NODEV), options) == 0 else {
      throw TemporaryDirectory.Failure(errno: errno)
    }
  }

  deinit {
    // Everybody who waits is answered with an error.
    close(device)
    umount2(directory.path, Int32(MNT_DETACH))
  }

  /// The path of a file on it.
  func file(_ name: String) -> String { directory.file(name) }
}
