internal import ArgumentParser
internal import Configuration

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Validate a configuration; every error at once.")

  @OptionGroup var file: ConfigurationFile

  func run() throws {
    let configuration = try file.read()
    let services = configuration.services.count
    let routers = configuration.virtualRouters.count
    writeOutput("\(file.file): \(services) services, \(routers) virtual routers, no error\n")
  }
}
