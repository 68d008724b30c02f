internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import HealthChecks
internal import Model

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Validate a configuration; every error at once.")

  @OptionGroup var file: ConfigurationFile

  @Flag(help: "Hold it against the interfaces, addresses and files of this host as well.")
  var host = false

  func run() throws {
    let configuration = try file.read(against: host ? HostInterfaces.read() : nil)
    if host { warnOfMissingFiles(configuration) }
    let services = configuration.services.count
    let routers = configuration.virtualRouters.count
    writeOutput(
      "\(file.file): \(services) service\(services == 1 ? "" : "s"), "
        + "\(routers) virtual router\(routers == 1 ? "" : "s"), no error\n")
  }

  /// Tells of files without which no check can run: no server gets into the table then.
  private func warnOfMissingFiles(_ configuration: DirectorConfiguration) {
    for service in configuration.services {
      for path in service.check.probe.files where access(path, R_OK) != 0 {
        writeErrorLine(
          "\(file.file): warning: the checks of '\(service.name)' cannot run: \(path): \(systemErrorText(errno))"
            + " (until they can, no server gets into the table)")
      }
    }
  }
}
