/// Why bytes are not the message that they should be.
public enum WireError: Error, Hashable, Sendable {
  /// A header or an attribute claims more bytes than there are.
  case truncated(needed: Int, available: Int)
  /// An attribute's value has another length than its type.
  case wrongLength(expected: Int, found: Int)
  /// A string has no NUL, or is not ASCII.
  case notAString
  /// A required attribute is not there.
  case missing(attribute: UInt16)
  /// A value that the type cannot hold.
  case invalid(attribute: UInt16)
}

extension WireError: CustomStringConvertible {
  /// The reason in a few words.
  public var description: String {
    switch self {
    case .truncated(let needed, let available): "\(needed) bytes expected, \(available) there"
    case .wrongLength(let expected, let found): "value of \(found) bytes instead of \(expected)"
    case .notAString: "string without an end"
    case .missing(let attribute): "attribute \(attribute) missing"
    case .invalid(let attribute): "attribute \(attribute) has an impossible value"
    }
  }
}
