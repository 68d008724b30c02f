internal import Glibc

/// Sets kernel parameters where they differ, remembers what they were, and sets them back.
///
/// What was there before stands in a file, so that it survives the process. A parameter that was right already is not
/// ours, and never set back; neither is one that somebody has changed since.
///
/// The file belongs to the daemon's user, and root reads it as well, by `pintle cleanup`. So nothing is taken up from it
/// that this user could not set himself: parameters of the network, for which CAP_NET_ADMIN is enough.
package struct ParameterKeeper {
  /// What happened to a parameter.
  package enum Outcome: Hashable, Sendable {
    /// It was set.
    case set(String, from: String, to: String)
    /// It has again what it had before.
    case setBack(String, to: String)
    /// It should have another value, and cannot be set.
    case refused(String, is: String?, wanted: String, SystemError)
  }

  /// What a parameter was before, and what it was set to.
  private struct Change {
    var before: String
    var set: String
  }

  private let root: String
  private let record: String
  private var changes: [String: Change] = [:]

  /// Takes up what an earlier process remembered.
  ///
  /// - Parameters:
  ///   - root: the folder of the parameters.
  ///   - record: the file that remembers; its folder need not exist yet.
  package init(root: String = "/proc/sys", record: String) {
    self.root = root
    self.record = record
    for line in ((try? readText(record)) ?? "").split(separator: "\n") {
      let fields = line.split(separator: "\t").map(String.init)
      if fields.count == 3, Self.isOfNetwork(fields[0]) {
        changes[fields[0]] = Change(before: fields[1], set: fields[2])
      }
    }
  }

  private static func isOfNetwork(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 1 && parts[0] == "net" && !parts.contains { ["", ".", ".."].contains($0) }
  }

  /// The parameters that have another value than they had.
  package var changed: Set<String> { Set(changes.keys) }

  /// Brings the parameters to what is wanted, and sets back what is wanted no more.
  ///
  /// Those of single interfaces come before those of all: some decide what the others do to their interface.
  /// - Parameter wanted: the path of each below the root, with its value.
  /// - Returns: what was done, and what could not be; nothing where all was right.
  package mutating func keep(_ wanted: [String: String]) -> [Outcome] {
    let known = changes.mapValues(\.before)
    var outcomes = changes.keys.filter { wanted[$0] == nil }.sorted().compactMap { restore($0) }
    let isOfAll = { (name: String) in name.contains("/all/") }
    let sorted = wanted.sorted {
      !isOfAll($0.key) && isOfAll($1.key) || isOfAll($0.key) == isOfAll($1.key) && $0.key < $1.key
    }
    for (name, value) in sorted {
      if let outcome = set(name, to: value) { outcomes.append(outcome) }
    }
    if changes.mapValues(\.before) != known { remember() }
    return outcomes
  }

  private mutating func set(_ name: String, to value: String) -> Outcome? {
    var current: String?
    do throws(SystemError) {
      current = try self.value(of: name)
      if current == value { return nil }
      try writeText(value, to: "\(root)/\(name)")
      let before = changes[name]?.before ?? current ?? ""
      changes[name] = before == value ? nil : Change(before: before, set: value)
      return .set(name, from: current ?? "", to: value)
    } catch {
      return .refused(name, is: current, wanted: value, error)
    }
  }

  private mutating func restore(_ name: String) -> Outcome? {
    guard let change = changes[name] else { return nil }
    var current: String?
    do throws(SystemError) {
      current = try value(of: name)
      if current == change.set { try writeText(change.before, to: "\(root)/\(name)") }
      changes[name] = nil
      return current == change.set ? .setBack(name, to: change.before) : nil
    } catch {
      guard error.number == ENOENT else {
        return .refused(name, is: current, wanted: change.before, error)
      }
      // It went with its interface.
      changes[name] = nil
      return nil
    }
  }

  /// The value, with a blank between numbers: the kernel writes tabs.
  private func value(of name: String) throws(SystemError) -> String {
    try readText("\(root)/\(name)").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func remember() {
    guard !changes.isEmpty else {
      _ = unsafe unlink(record)
      return
    }
    let lines = changes.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value.before)\t\($0.value.set)\n" }
    let folder = record.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    _ = unsafe mkdir(folder, 0o755)
    // Losing it costs only the setting back.
    // Never through a link: the owner of the folder could have root write elsewhere.
    try? writeText(lines.joined(), to: record, flags: O_CREAT | O_NOFOLLOW)
  }
}

/// A short file, whole.
private func readText(_ path: String) throws(SystemError) -> String {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SystemError("open", errno) }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 1 << 14)
  let count = unsafe read(descriptor, &buffer, buffer.count)
  guard count >= 0 else { throw SystemError("read", errno) }
  return String(decoding: buffer[..<count], as: UTF8.self)
}

private func writeText(_ text: String, to path: String, flags: Int32 = 0) throws(SystemError) {
  let descriptor = unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | flags, 0o644)
  guard descriptor >= 0 else { throw SystemError("open", errno) }
  defer { close(descriptor) }
  let bytes = Array(text.utf8)
  guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
    throw SystemError("write", errno)
  }
}
