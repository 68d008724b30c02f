internal import ArgumentParser
internal import Glibc

/// Where Pintle remembers across restarts what it owns.
struct RuntimeOptions: ParsableArguments {
  @Option(help: "Where to remember what is owned; default $RUNTIME_DIRECTORY or /run/pintle.")
  var runtimeDirectory: String?

  /// The folder.
  var directory: RuntimeDirectory { RuntimeDirectory(path: path) }

  private var path: String {
    runtimeDirectory ?? getenv("RUNTIME_DIRECTORY").map { String(cString: $0) } ?? "/run/pintle"
  }
}
