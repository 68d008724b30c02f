import Glibc
import Host
import Testing

@Suite("The way to the journal")
struct JournalSocketTests {
  private func entry(_ length: Int) -> JournalEntry {
    var entry = JournalEntry()
    entry.add("MESSAGE", String(repeating: "m", count: length))
    return entry
  }

  @Test("An entry is a datagram; one that is larger than any is a sealed file")
  func sizes() throws {
    let receiver = try DatagramReceiver()
    let journal = try JournalSocket(receiver.path)
    for length in [0, 1, 1 << 10, 17 << 20] {
      #expect(journal.send(entry(length)))
      let (bytes, isSealedFile) = try receiver.receive()
      // Compared before: the difference of two large arrays would take for ever to find.
      let isWhole = bytes == entry(length).bytes
      #expect(isWhole, "\(bytes.count) bytes")
      #expect(isSealedFile == (length == 17 << 20))
    }
    #expect(journal.dropCount == 0)
  }

  @Test("A journal that does not read, and one that is not there, cost entries and no time")
  func drops() throws {
    let receiver = try DatagramReceiver()
    let journal = try JournalSocket(receiver.path)
    let count = (0..<20_000).count { _ in journal.send(entry(100)) }
    #expect(count > 0 && count < 20_000)
    #expect(journal.dropCount == 20_000 - UInt64(count))
    _ = try receiver.receive()
    #expect(journal.send(entry(100)))

    let nobody = try JournalSocket("/tmp/pintle-there-is-no-journal-here")
    #expect(!nobody.send(entry(1)))
    #expect(nobody.dropCount == 1)
  }
}
