import Host
import TestSupport
import Testing

@Suite("Entries of the journal")
struct JournalEntryTests {
  @Test("A value in one line stands behind an equals sign")
  func line() {
    var entry = JournalEntry()
    entry.add("PRIORITY", "5")
    entry.add("MESSAGE", "ü=ü")
    #expect(
      entry.bytes == [
        0x50, 0x52, 0x49, 0x4F, 0x52, 0x49, 0x54, 0x59,  // PRIORITY
        0x3D, 0x35, 0x0A,  // =5, and the end of the field
        0x4D, 0x45, 0x53, 0x53, 0x41, 0x47, 0x45,  // MESSAGE
        0x3D, 0xC3, 0xBC, 0x3D, 0xC3, 0xBC, 0x0A,  // only the first equals sign divides
      ])
  }

  @Test("A value with a line feed stands behind its length, and begins no field")
  func lines() {
    var entry = JournalEntry()
    entry.add("MESSAGE", "a\nPRIORITY=0")
    #expect(
      entry.bytes == [
        0x4D, 0x45, 0x53, 0x53, 0x41, 0x47, 0x45, 0x0A,  // MESSAGE, without an equals sign
        0x0C, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // 12 bytes, little-endian
        0x61, 0x0A,  // a, and the line feed
        0x50, 0x52, 0x49, 0x4F, 0x52, 0x49, 0x54, 0x59, 0x3D, 0x30,  // PRIORITY=0, which is text
        0x0A,
      ])
  }

  @Test("An empty value is a value")
  func empty() {
    var entry = JournalEntry()
    entry.add("A", "")
    #expect(entry.bytes == [0x41, 0x3D, 0x0A])
  }

  @Test(
    "What is no key is left out",
    arguments: [
      "", "_PID", "1A", "a", "A B", "A\nB", "A=B", "Ä", ".A", "#A", String(repeating: "A", count: 65),
    ])
  func keys(_ key: String) {
    var entry = JournalEntry()
    entry.add(key, "forged")
    #expect(entry.bytes.isEmpty)
    entry.add(String(repeating: "A", count: 63) + "_", "1")
    #expect(entry.bytes.count == 67)
  }
}
