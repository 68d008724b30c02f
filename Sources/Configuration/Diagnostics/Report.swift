/// Collects what is wrong with one text while it is read.
///
/// Nobody who reads has to stop at a problem; what could not be read is nil, and stands here.
final class Report {
  private let file: String
  private var found: [(position: SourcePosition?, problem: Problem)] = []

  init(file: String) {
    self.file = file
  }

  /// Nobody repairs more than this at once, and a hostile file must not grow the answer without bound.
  static let limit = 100

  var hasErrors: Bool { found.contains { $0.problem.code.severity == .error } }

  /// Notes a problem, which is put into words only if it is going to be shown.
  func add(_ problem: @autoclosure () -> Problem, at position: SourcePosition? = nil) {
    if isFull { return }
    found.append(
      found.count < Self.limit ? (position, problem()) : (nil, .tooManyProblems(shown: Self.limit)))
  }

  /// Whether nothing more is going to be noted.
  var isFull: Bool { found.count > Self.limit }

  /// Reads one value; nil: it could not be read, and the reason is noted.
  func read<Value>(_ node: Node, as format: Format<Value>) -> Value? {
    do {
      return try format.read(node)
    } catch {
      add(error, at: node.position)
      return nil
    }
  }

  /// The elements of a sequence, each read for itself; a single value stands for a list of one where that is allowed.
  func elements(of node: Node, expected: String, orSingle: Bool = false) -> [Node]? {
    switch node.content {
    case .sequence(let elements): return elements
    case .scalar where orSingle && !node.isNull: return [node]
    case .scalar, .mapping:
      add(.wrongType(expected: expected, found: node), at: node.position)
      return nil
    }
  }

  /// What was found, in the order of the text; what is about the whole stands where it was noted.
  func diagnostics(in text: SourceText) -> [Diagnostic] {
    let end = SourcePosition(line: .max, column: 0)
    return found.enumerated().sorted {
      ($0.element.position ?? end, $0.offset) < ($1.element.position ?? end, $1.offset)
    }.map { _, element in
      Diagnostic(
        problem: element.problem, file: file, position: element.position,
        excerpt: element.position.flatMap { text.excerpt(at: $0) })
    }
  }
}
