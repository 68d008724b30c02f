/// One entry of the journal in the native protocol (systemd's JOURNAL_NATIVE_PROTOCOL).
///
/// A field is `KEY=value` and a line feed; where the value has a line feed itself, `KEY`, a line feed, the value's length
/// as 64 bits in little-endian order, the value and a line feed. No value can thus be taken for a field.
package struct JournalEntry: Hashable, Sendable {
  /// The bytes of a datagram.
  package private(set) var bytes: [UInt8] = []

  /// An entry without fields.
  package init() {}

  /// Adds a field.
  ///
  /// - Parameters:
  ///   - key: `[A-Z][A-Z0-9_]*`, at most 64 bytes; a field with any other key is left out, as journald would do.
  ///   - value: any text.
  package mutating func add(_ key: String, _ value: String) {
    guard Self.isKey(key) else { return }
    bytes += key.utf8
    let value = Array(value.utf8)
    if value.contains(UInt8(ascii: "\n")) {
      bytes.append(UInt8(ascii: "\n"))
      let length = UInt64(value.count)
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: length >> shift))
      }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes += value
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func isKey(_ key: String) -> Bool {
    guard let first = key.utf8.first, letters.contains(first), key.utf8.count <= 64 else { return false }
    return key.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
  }

  private static let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
}
