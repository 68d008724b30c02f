import Glibc
import Host
import Synchronization
import Testing

@Suite("The event loop")
struct EpollLoopTests {
  @Test("A message that waits is handled before a deadline that has come")
  func order() throws {
    let loop = try EpollLoop()
    let inbox = try Inbox<Int>()
    var happened: [String] = []
    try loop.watch(inbox.descriptor.number) { happened += inbox.takeAll().map { "message \($0)" } }
    inbox.send(1)
    inbox.send(2)
    let past = BootClock.now - 1
    try loop.run(deadline: { past }) { _ in
      happened.append("deadline")
      loop.stop()
    }
    #expect(happened == ["message 1", "message 2", "deadline"])
  }

  @Test("A deadline comes on time, never early, and again when it is asked for again")
  func deadlines() throws {
    let loop = try EpollLoop()
    let start = BootClock.now
    var next = start + 20_000_000
    var calls = 0
    try loop.run(deadline: { next }) { now in
      #expect(now >= next)
      calls += 1
      // Twice the same one, which has passed by then, and then another.
      if calls == 2 { next += 20_000_000 }
      if calls == 3 { loop.stop() }
    }
    #expect(BootClock.now - start >= 40_000_000)
  }

  @Test("A message of another thread wakes the loop")
  func wakeUp() throws {
    let loop = try EpollLoop()
    let inbox = try Inbox<Int>()
    var taken: [Int] = []
    try loop.watch(inbox.descriptor.number) {
      taken += inbox.takeAll()
      if taken.count == 100 { loop.stop() }
    }
    let thread = try DedicatedThread(name: "sender") { for number in 0..<100 { inbox.send(number) } }
    try loop.run(deadline: { nil }) { _ in #expect(Bool(false), "there was no deadline") }
    thread.join()
    #expect(taken == Array(0..<100))
  }

  @Test("A handler that leaves something is called again; one that is forgotten is not")
  func levels() throws {
    let loop = try EpollLoop()
    var pipes: [Int32] = [0, 0]
    #expect(pipe(&pipes) == 0)
    defer { for descriptor in pipes { close(descriptor) } }
    #expect(write(pipes[1], "abc", 3) == 3)
    var read = 0
    try loop.watch(pipes[0]) {
      var byte: UInt8 = 0
      read += Glibc.read(pipes[0], &byte, 1)
      if read == 2 { loop.unwatch(pipes[0]) }
    }
    let end = BootClock.now + 20_000_000
    try loop.run(deadline: { end }) { _ in loop.stop() }
    #expect(read == 2)
  }

  @Test("A thread has its name")
  func name() throws {
    let name = Mutex("")
    let thread = try DedicatedThread(name: "virtual-routers") {
      var buffer = [CChar](repeating: 0, count: 32)
      let file = open("/proc/thread-self/comm", O_RDONLY)
      let length = read(file, &buffer, 31)
      close(file)
      let text = String(decoding: buffer[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      name.withLock { $0 = text }
    }
    thread.join()
    #expect(name.withLock { $0 } == "virtual-routers\n")
  }
}
