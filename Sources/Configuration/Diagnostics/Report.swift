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

  func add(_ problem: Problem, at position: SourcePosition? = nil) {
    if found.count == Self.limit { found.append((nil, .tooManyProblems(shown: Self.limit))) }
    if found.count > Self.limit { return }
    found.append((position, problem))
  }

  /// Reads one value; nil: it could not be read, and the reason is noted.
  func read<Value>(_ node: Node, as format: Format<Value>) -> Value? {
    if case .unusable = node.content { return nil }
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
    case .unusable: return nil
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
