import Model
import Testing

@Suite("Schedulers and their flags")
struct SchedulerTests {
  @Test(
    "A name is what a module can be called and a line of options can hold",
    arguments: ["", "a name", "a-name-too-long-", "größe", "-s", "#rr", "it's", "a\"b"])
  func notAName(_ text: String) {
    #expect(Scheduler(text) == nil)
    #expect(PersistenceEngine(text) == nil)
  }

  @Test("A flag has the scheduler's own name where it has one")
  func flagNames() {
    #expect(SchedulerFlags([.flag1, .flag2]).names(for: .maglevHashing) == ["mh-fallback", "mh-port"])
    #expect(SchedulerFlags([.flag1, .flag2]).names(for: .sourceHashing) == ["sh-fallback", "sh-port"])
    #expect(SchedulerFlags.all.names(for: .roundRobin) == ["flag-1", "flag-2", "flag-3"])
  }

  @Test("A flag is read by the general name, and by the name of its own scheduler alone")
  func readFlags() {
    #expect(SchedulerFlags(name: "flag-2", of: .maglevHashing) == .flag2)
    #expect(SchedulerFlags(name: "mh-port", of: .maglevHashing) == .flag2)
    #expect(SchedulerFlags(name: "mh-port", of: .sourceHashing) == nil)
    #expect(SchedulerFlags(name: "", of: .roundRobin) == nil)
  }
}
