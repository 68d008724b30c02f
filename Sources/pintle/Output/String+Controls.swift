extension String {
  /// The text without what would steer a terminal or break its line: a `?` stands for each control character, line
  /// separator and character that changes the direction of writing.
  ///
  /// - Parameter keepingLines: whether line feeds stay.
  /// - Returns: the text that is safe to show.
  func withoutControls(keepingLines: Bool = false) -> String {
    func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isSteering && !(keepingLines && scalar == "\n")
    }
    guard unicodeScalars.contains(where: isUnwanted) else { return self }
    return String(UnicodeScalarView(unicodeScalars.map { isUnwanted($0) ? "?" : $0 }))
  }
}

extension Unicode.Scalar {
  fileprivate var isSteering: Bool {
    // By far the most characters are none of these, and need no table.
    if isASCII { return value < 0x20 || value == 0x7F }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
