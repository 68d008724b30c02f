import Model
import NIOCore

/// The files that checks need, each read when first needed, and again when it has changed.
///
/// A use costs a `stat` on another thread: the tokens of Kubernetes are replaced while they are in use. It belongs to its
/// event loop.
final class CheckFiles {
  private let threads: SideThreads
  private var known: [String: FileContents] = [:]

  /// Has read nothing yet.
  init(by threads: SideThreads) {
    self.threads = threads
  }

  /// Looks at files for a probe, one after the other.
  ///
  /// - Parameters:
  ///   - paths: the files.
  ///   - run: the probe; it ends with ``ProbeFailure`` `.misconfigured` where there is no such file, or no answer in time.
  ///   - next: takes what they hold, by their paths; not called once the probe is decided.
  func look(
    at paths: [String], for run: ProbeRun,
    _ next: @escaping ([String: FileContents]) throws(ProbeFailure) -> Void
  ) {
    look(at: paths[...], beside: [:], for: run, next)
  }

  private func look(
    at paths: ArraySlice<String>, beside seen: [String: FileContents], for run: ProbeRun,
    _ next: @escaping ([String: FileContents]) throws(ProbeFailure) -> Void
  ) {
    guard let path = paths.first else {
      do throws(ProbeFailure) { try next(seen) } catch { run.fail(error) }
      return
    }
    let known = known[path]
    threads.perform(on: path, for: run) {
      try FileContents(of: path, unless: known)
    } _: { result in
      guard !run.isDecided else { return }
      switch result {
      case .success(let contents):
        self.known[path] = contents
        self.look(at: paths.dropFirst(), beside: seen.merging([path: contents]) { $1 }, for: run, next)
      case .failure(let error): run.fail(error)
      }
    }
  }
}
