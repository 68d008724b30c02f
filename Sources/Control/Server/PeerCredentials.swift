internal import Glibc
internal import NIOCore

/// Who connected to a Unix socket, as the kernel noted it then: SO_PEERCRED and SO_PEERGROUPS of unix(7).
struct PeerCredentials: Hashable, Sendable {
  /// The user.
  let user: uid_t
  /// The group, and the supplementary groups.
  let groups: Set<gid_t>

  /// Reads them of a connected socket; nil where it is no Unix socket.
  init?(of socket: NIOBSDSocket.Handle) {
    // struct ucred, which Glibc's module does not show.
    var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
    var length = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
    user = credentials.user
    var list = [gid_t](repeating: 0, count: 256)
    var bytes = socklen_t(list.count * MemoryLayout<gid_t>.size)
    // Whoever is in more groups than that is asked for by the first one alone.
    if getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, &list, &bytes) != 0 { bytes = 0 }
    groups = Set(list.prefix(Int(bytes) / MemoryLayout<gid_t>.size)).union([credentials.group])
  }

  /// Credentials as they are given.
  init(user: uid_t, groups: Set<gid_t>) {
    self.user = user
    self.groups = groups
  }

  /// Whether they may change something: root, the daemon's own user, and the members of the group.
  func mayWrite(group: gid_t?) -> Bool {
    user == 0 || user == geteuid() || group.map(groups.contains) == true
  }
}
