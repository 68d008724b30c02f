internal import ArgumentParser
internal import Glibc

/// The program: finds the command, runs it, and tells what went wrong in one line.
@main
struct Pintle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pintle",
    abstract: "Makes a Kubernetes control plane highly available: kernel IPVS, health checks, a virtual IP.",
    version: versionText,
    subcommands: [
      RunCommand.self, CheckCommand.self, ConfigCommand.self, PlanCommand.self, ApplyCommand.self,
      CleanupCommand.self, StatusCommand.self, EventsCommand.self, DrainCommand.self, UndrainCommand.self,
      ReloadCommand.self, HandoverCommand.self, ResumeCommand.self, RealServerCommand.self, IPVSCommand.self,
      VersionCommand.self, GuardCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      writeError(failure.description)
      Glibc.exit(failure.status)
    } catch let status as ExitCode {
      Glibc.exit(status.rawValue)
    } catch {
      let status = exitCode(for: error)
      // Help and version are answers; everything else here is a mistake on the command line.
      guard status != .success else { exit(withError: error) }
      writeError(fullMessage(for: error).replacing("Error: ", with: "", maxReplacements: 1))
      Glibc.exit(status == .validationFailure ? Failure.usage : status.rawValue)
    }
  }
}
