/// Columns that fit their contents, two blanks apart.
struct TextTable {
  /// Which side a column's cells lean to.
  enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [(cells: [String], note: String)] = []
  private var widths: [Int]

  /// Starts a table; rows may have fewer cells than there are columns.
  init(_ alignments: [Alignment]) {
    self.alignments = alignments
    widths = [Int](repeating: 0, count: alignments.count)
  }

  /// Adds a row; a note behind its cells makes no column wider.
  mutating func add(_ cells: [String], note: String = "") {
    for (column, cell) in cells.enumerated() where column < widths.count {
      widths[column] = max(widths[column], cell.utf8.count)
    }
    rows.append((cells, note))
  }

  /// The rows as lines, without blanks at their ends.
  var text: String {
    var text: [UInt8] = []
    for (cells, note) in rows {
      for (column, cell) in cells.enumerated() {
        let padding = repeatElement(UInt8(ascii: " "), count: widths[column] - cell.utf8.count)
        if column > 0 { text += [UInt8(ascii: " "), UInt8(ascii: " ")] }
        if alignments[column] == .right { text += padding }
        text += cell.utf8
        if alignments[column] == .left { text += padding }
      }
      if !note.isEmpty {
        text += [UInt8(ascii: " "), UInt8(ascii: " ")]
        text += note.utf8
      }
      while text.last == UInt8(ascii: " ") { text.removeLast() }
      text.append(UInt8(ascii: "\n"))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
