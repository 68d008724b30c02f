internal import ArgumentParser
internal import Glibc

/// Where Pintle remembers across restarts what it owns.
struct RuntimeOptions: ParsableArguments {
  @Option(help: "Where to remember what is owned; default $RUNTIME_DIRECTORY or /run/pintle.")
  var runtimeDirectory: String?

  /// The folder.
  var directory: RuntimeDirectory { RuntimeDirectory(path: path) }

  private var path: String { Self.path(runtimeDirectory, orAsUsual: "/run/pintle") }

  /// The folder that is asked for, from the root on; else the one of the unit, or the usual one.
  static func path(_ option: String?, orAsUsual usual: String) -> String {
    let path = option ?? getenv("RUNTIME_DIRECTORY").map { String(cString: $0) } ?? usual
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path)"
  }
}
