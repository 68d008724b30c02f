internal import ArgumentParser
internal import IPVS

struct SaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Print the table in ipvsadm's own format.",
    discussion: "What `ipvsadm -S -n` prints, in a fixed order, and the thresholds, which ipvsadm leaves out."
  )

  func run() throws {
    try withIPVS { writeOutput(RuleWriter.write(try $0.table())) }
  }
}
