/// Where the daemon listens when nobody says otherwise.
package enum ControlPaths {
  /// The socket's name in the runtime directory.
  package static let socketName = "pintle.sock"
}
