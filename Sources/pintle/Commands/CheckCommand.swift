internal import ArgumentParser
internal import Configuration

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Validate a configuration; every error at once.")

  @OptionGroup var file: ConfigurationFile

  @Flag(help: "Hold it against the interfaces and addresses of this host as well.")
  var host = false

  func run() throws {
    let configuration = try file.read(against: host ? HostInterfaces.read() : nil)
    let services = configuration.services.count
    let routers = configuration.virtualRouters.count
    writeOutput(
      "\(file.file): \(services) service\(services == 1 ? "" : "s"), "
        + "\(routers) virtual router\(routers == 1 ? "" : "s"), no error\n")
  }
}
