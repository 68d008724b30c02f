import NIOCore

/// Looks for bytes in what arrives piece by piece.
struct ContentSearch {
  /// Whether they have been seen.
  private(set) var isFound: Bool

  private let wanted: [UInt8]
  /// The end of what has arrived, too short to hold what is wanted.
  private var tail: [UInt8] = []

  /// Looks for these bytes; none are found at once.
  init(for wanted: [UInt8]) {
    self.wanted = wanted
    isFound = wanted.isEmpty
  }

  /// Looks into the next piece.
  mutating func append(_ piece: ByteBuffer) {
    guard !isFound else { return }
    tail += piece.readableBytesView
    isFound = tail.contains(wanted)
    tail = tail.suffix(wanted.count - 1)
  }
}
