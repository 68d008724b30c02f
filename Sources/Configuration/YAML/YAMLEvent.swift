/// One step of a YAML document, as far as a configuration needs to know.
struct YAMLEvent {
  /// The kinds of steps.
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(String, isPlain: Bool)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    case alias(String)
  }

  var kind: Kind
  /// The name that the value can be repeated by.
  var anchor: String?
  /// The type that the text claims for the value.
  var tag: String?
  var position: SourcePosition
}
