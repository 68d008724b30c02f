// Lives through random histories of directors on a simulated link: `scripts/simulate` builds and runs it.

import Glibc

/// What became of some histories.
struct Outcome: Sendable {
  var routers = 0
  var nanoseconds: Int64 = 0
  var violations: [String] = []

  mutating func add(_ other: Outcome) {
    routers += other.routers
    nanoseconds += other.nanoseconds
    violations += other.violations
  }
}

/// Every so many seeds from the first one on.
func live(from first: UInt64, to end: UInt64, step: UInt64) throws -> Outcome {
  var outcome = Outcome()
  for seed in stride(from: first, to: end, by: UInt64.Stride(step)) {
    var lan = try SimulatedLAN(seed: seed)
    if let violation = lan.run() { outcome.violations.append("\(violation)") }
    outcome.routers += lan.nodes.count
    outcome.nanoseconds += lan.now
  }
  return outcome
}

let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let count = arguments.first ?? 1_000_000
let first = arguments.dropFirst().first ?? 0
let tasks = arguments.dropFirst(2).first ?? 2

let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
  for task in 0..<tasks {
    group.addTask { try live(from: first + task, to: first + count, step: tasks) }
  }
  var whole = Outcome()
  for try await part in group { whole.add(part) }
  return whole
}
for violation in outcome.violations.prefix(20) { print(violation) }
let days = Double(outcome.nanoseconds) / 86_400e9
print(
  "\(count) histories from seed \(first): \(outcome.routers) routers, \(Int(days * 10) / 10) days of network time, "
    + "\(outcome.violations.count) broken promises")
exit(outcome.violations.isEmpty ? 0 : 1)
