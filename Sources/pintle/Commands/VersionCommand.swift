internal import ArgumentParser

/// The version of this program.
let versionText = "0.1.0"

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  func run() {
    writeOutput("pintle \(versionText)\n")
  }
}
