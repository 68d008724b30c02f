import NIOCore
import NIOPosix
import Synchronization

/// Does what may hang on other threads, such as a look at a file on a mount whose server is gone: the event loop waits
/// for none of it.
///
/// Each folder has a thread, which does what concerns its files one after the other: a mount that hangs holds up its own
/// folders alone. What nobody waits for any more when its turn comes is left out. It belongs to its event loop.
final class SideThreads {
  /// What one folder's thread has to do.
  private struct Queue {
    /// How much its thread was given, and has not done.
    var given = 0
    var waiting: [Job] = []
  }

  private struct Job {
    let run: ProbeRun
    let begin: () -> Void
    let leaveOut: () -> Void
  }

  /// So much a thread is given at once: a word of the event loop for each would make many wait for it.
  private static let batch = 1024

  /// Beyond so many folders, which only `file` checks whose folders are named after their servers can have, some share a
  /// thread.
  private static let limit = 64

  /// Pools of one thread each, which stay: a pool of many wakes all of them for each piece of work.
  private static let threads = Mutex<[Substring: NIOThreadPool]>([:])

  private static func thread(of folder: Substring) -> NIOThreadPool {
    threads.withLock { threads in
      if let thread = threads[folder] { return thread }
      if threads.count >= limit, let shared = threads.values.randomElement() { return shared }
      let thread = NIOThreadPool(numberOfThreads: 1)
      thread.start()
      threads[folder] = thread
      return thread
    }
  }

  private let loop: any EventLoop
  private var queues: [Substring: Queue] = [:]

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
    run.isLooking = true
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let job = Job(
      run: run,
      begin: { [loop] in
        Self.thread(of: folder).runIfActive(eventLoop: loop, work).assumeIsolated().whenComplete { result in
          self.beginNext(in: folder)
          run.isLooking = false
          if !run.isDecided { run.verdict = nil }
          next(result)
        }
      }, leaveOut: { next(.failure(CancellationError())) })
    guard queues[folder, default: Queue()].given >= Self.batch else {
      queues[folder, default: Queue()].given += 1
      return job.begin()
    }
    let others = queues[folder]?.waiting ?? []
    queues[folder]?.waiting = others.filter { !$0.run.isDecided } + [job]
    for other in others where other.run.isDecided { other.leaveOut() }
  }

  private func beginNext(in folder: Substring) {
    guard var queue = queues[folder] else { return }
    let next = queue.waiting.firstIndex { !$0.run.isDecided } ?? queue.waiting.endIndex
    let leftOut = queue.waiting[..<next]
    let job = next < queue.waiting.endIndex ? queue.waiting[next] : nil
    queue.waiting.removeSubrange(..<min(next + 1, queue.waiting.endIndex))
    if job == nil { queue.given -= 1 }
    queues[folder] = queue.given > 0 ? queue : nil
    job?.begin()
    for job in leftOut { job.leaveOut() }
  }
}
