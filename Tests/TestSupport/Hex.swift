/// Bytes written as annotated hexadecimal: two digits a byte, blanks as one likes, `//` to the end of the line.
package func hex(_ text: String) -> [UInt8] {
  let digits = text.split(separator: "\n").flatMap { line -> Substring in
    guard let comment = line.range(of: "//") else { return line }
    return line[..<comment.lowerBound]
  }.filter { !$0.isWhitespace }
  return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
    UInt8(String(digits[$0...($0 + 1)]), radix: 16)
  }
}

extension StringProtocol {
  fileprivate func range(of needle: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
      start = index(after: start)
    }
    return nil
  }
}
