internal import ArgumentParser
internal import Glibc
internal import IPVS

struct FlushCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flush",
    abstract: "Delete every service, those of others too; connections through them break.")

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  func run() throws {
    try withIPVS { client in
      let services = try client.services()
      if services.isEmpty { return }
      if !yes {
        let count = services.count == 1 ? "1 service" : "\(services.count) services"
        guard isatty(STDIN_FILENO) == 1 else {
          throw Failure("flush would delete \(count): say --yes", status: Failure.usage)
        }
        writeOutput("Delete \(count), and break the connections through them? [y/N] ")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
          throw Failure("nothing deleted")
        }
      }
      try client.flush()
    }
  }
}
