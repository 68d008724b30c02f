internal import Glibc

/// A thread for work of its own, outside of Swift's cooperative pool.
@safe
package struct DedicatedThread: Sendable {
  private let handle: pthread_t

  /// Starts it.
  ///
  /// - Parameters:
  ///   - name: what the kernel calls it, at most 15 bytes.
  ///   - body: its work.
  /// - Throws: where the host has no thread left.
  package init(name: String, _ body: sending @escaping () -> Void) throws(SystemError) {
    let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
    var handle = pthread_t()
    let error = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        DedicatedThread.nameCurrent(work.name)
        work.body()
        return nil
      }, work.toOpaque())
    guard error == 0 else {
      unsafe work.release()
      throw SystemError("pthread_create", error)
    }
    self.handle = handle
  }

  /// Names the thread that calls, as the kernel shows it, by at most 15 bytes; of a process, its first one.
  ///
  /// It is pthread_setname_np(3) by its other way, which Swift can import.
  package static func nameCurrent(_ name: String) {
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = unsafe write(file, bytes, bytes.count)
    close(file)
  }

  /// Lets it end by itself; to be called once, instead of ``join()``.
  package func detach() {
    _ = pthread_detach(handle)
  }

  /// Waits for its end; to be called once.
  package func join() {
    _ = pthread_join(handle, nil)
  }

  private final class Work {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
