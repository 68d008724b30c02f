import IPVS
import Model

/// libFuzzer's entry: any bytes are a file of rules, and the changes that it asks for must be written and read again
/// as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRules(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let (rules, errors) = RuleReader.read(Array(UnsafeBufferPointer(start: start, count: count)))
  for error in errors { precondition(!error.description.isEmpty) }
  guard errors.isEmpty, RuleReader.check(rules, against: ForwardingTable()).isEmpty else { return 0 }

  var table = ForwardingTable()
  for numbered in rules {
    switch numbered.rule {
    case .change(let change): table.apply(change)
    case .flush: table = ForwardingTable()
    default: break
    }
  }
  let (again, lost) = RuleReader.read(Array(RuleWriter.write(table).utf8))
  precondition(lost.isEmpty, "\(lost)")
  var copy = ForwardingTable()
  for case .change(let change) in again.map(\.rule) { copy.apply(change) }
  precondition(copy == table)
  return 0
}
