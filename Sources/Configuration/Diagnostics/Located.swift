/// A value with the place it was read from.
struct Located<Value> {
  var value: Value
  var position: SourcePosition
}

extension Located: Error where Value: Error {}
extension Located: Sendable where Value: Sendable {}
