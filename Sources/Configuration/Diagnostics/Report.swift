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

  /// What was found: in the order of the text, and then what is about the whole file.
  func diagnostics(in text: SourceText) -> [Diagnostic] {
    let placed = found.enumerated().compactMap { order, element in
      element.position.map { (position: $0, order: order, problem: element.problem) }
    }.sorted { ($0.position, $0.order) < ($1.position, $1.order) }
    let excerpts = text.excerpts(at: placed.map(\.position))
    let inOrder = zip(placed, excerpts).map { element, excerpt in
      Diagnostic(problem: element.problem, file: file, position: element.position, excerpt: excerpt)
    }
    let whole = found.filter { $0.position == nil }.map {
      Diagnostic(problem: $0.problem, file: file, position: nil, excerpt: nil)
    }
    return inOrder + whole
  }
}
