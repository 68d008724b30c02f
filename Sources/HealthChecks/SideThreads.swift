import NIOCore
import NIOPosix

/// Does what may hang on other threads, such as a look at a file on a mount whose server is gone: the event loop waits
/// for none of it.
///
/// What concerns the files of one folder is done one after the other, so that a mount that hangs takes one thread for
/// each of its folders, however many ask. What nobody waits for any more when its turn comes is left out. It belongs to
/// its event loop.
final class SideThreads {
  private struct Job {
    let run: ProbeRun
    let begin: () -> Void
    let leaveOut: () -> Void
  }

  /// As many folders may hang before the files and programs in others are out of reach, too.
  private static let count = 16

  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    return pool
  }()

  private let loop: any EventLoop
  /// What waits for its turn, by its folder; a folder that is here is being looked at.
  private var waiting: [Substring: [Job]] = [:]

  /// Does nothing yet; what comes of its work comes on `loop`.
  init(for loop: any EventLoop) {
    self.loop = loop
  }

  /// Does something that concerns a file, for a probe.
  ///
  /// Until then the probe's answer, should its deadline pass, is that the file system does not answer, which says nothing
  /// of the server.
  /// - Parameters:
  ///   - path: the file's.
  ///   - run: the probe.
  ///   - work: what to do, on another thread.
  ///   - next: takes what came of it, or the error that was thrown: a `CancellationError` where it was left out.
  func perform<Value: Sendable>(
    on path: String, for run: ProbeRun, _ work: @escaping @Sendable () throws -> Value,
    _ next: @escaping (Result<Value, any Error>) -> Void
  ) {
    run.verdict = .unanswered(path)
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let job = Job(
      run: run,
      begin: { [loop] in
        Self.pool.runIfActive(eventLoop: loop, work).assumeIsolated().whenComplete { result in
          self.beginNext(in: folder)
          if !run.isDecided { run.verdict = nil }
          next(result)
        }
      }, leaveOut: { next(.failure(CancellationError())) })
    guard let others = waiting[folder] else {
      waiting[folder] = []
      return job.begin()
    }
    waiting[folder] = others.filter { !$0.run.isDecided } + [job]
    for other in others where other.run.isDecided { other.leaveOut() }
  }

  private func beginNext(in folder: Substring) {
    let jobs = waiting[folder] ?? []
    let next = jobs.firstIndex { !$0.run.isDecided } ?? jobs.endIndex
    waiting[folder] = next < jobs.endIndex ? Array(jobs[(next + 1)...]) : nil
    if next < jobs.endIndex { jobs[next].begin() }
    for job in jobs[..<next] { job.leaveOut() }
  }
}
