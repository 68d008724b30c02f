internal import CYAML

/// libyaml's parser over bytes of its own.
@safe
struct YAMLEventParser: ~Copyable {
  // libyaml keeps a pointer to the parser inside of it, and one to the input: both need an address that stays.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// Copies the bytes, which are known to be UTF-8.
  init(_ bytes: ArraySlice<UInt8>) {
    unsafe input = .allocate(capacity: bytes.count)
    _ = unsafe input.initialize(fromContentsOf: bytes)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    // It fails when there is no memory, and leaves a parser whose every step fails.
    if unsafe yaml_parser_initialize(parser) == 1 {
      unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
      unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next step; none may be asked for after the end of the stream, or after an error.
  mutating func next() throws(Located<Problem>) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe YAMLEvent(event)
  }

  private var failure: Located<Problem> {
    let state = unsafe parser.pointee
    let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "out of memory"
    let context = unsafe state.context.map { unsafe String(cString: $0) }
    let text = [context, problem].compactMap(\.self).joined(separator: ", ")
    return unsafe Located(
      value: .syntax(text, hint: Self.hint(for: problem)), position: SourcePosition(state.problem_mark))
  }

  private static func hint(for problem: String) -> String? {
    switch problem {
    case "mapping values are not allowed in this context":
      "a value that contains ': ' needs quotes; or the indentation is off"
    case "found character that cannot start any token":
      "a value that begins with @, ` or % needs quotes"
    case "did not find expected key", "did not find expected '-' indicator":
      "the indentation is off, or a value needs quotes, as in \"[fd00::250]:6443\""
    case "could not find expected ':'": "is a ':' or the blank after it missing?"
    case "found unexpected ':'": "a value that ends with ':' needs quotes"
    case "found unexpected end of stream": "a quote is not closed"
    case "did not find expected ',' or ']'": "is a ']' missing?"
    case "did not find expected ',' or '}'": "is a '}' missing?"
    default: nil
    }
  }
}

extension SourcePosition {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    unsafe position = SourcePosition(event.start_mark)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT, YAML_NO_EVENT: kind = .streamStart
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT:
      unsafe kind = .alias(Self.text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      unsafe kind = .scalar(
        String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      unsafe anchor = Self.text(scalar.anchor)
      unsafe tag = Self.text(scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      unsafe anchor = Self.text(event.data.sequence_start.anchor)
      unsafe tag = Self.text(event.data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      unsafe anchor = Self.text(event.data.mapping_start.anchor)
      unsafe tag = Self.text(event.data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    default: kind = .streamEnd
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }
}
