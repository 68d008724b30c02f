internal import ArgumentParser
internal import IPVS

/// The commands that speak to the kernel's IPVS themselves, with or without a daemon.
struct IPVSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ipvs",
    abstract: "Read and change the kernel's forwarding table, with or without a daemon.",
    discussion: """
      A SERVICE is ADDRESS:PORT, which means TCP, or ADDRESS:PORT/udp, ADDRESS:PORT/sctp, fwmark:NUMBER or \
      fwmark:NUMBER/ipv6. A SERVER is ADDRESS:PORT. IPv6 addresses stand in brackets.
      """,
    subcommands: [
      ListCommand.self, ConnectionsCommand.self, AddCommand.self, EditCommand.self, DeleteCommand.self,
      ZeroCommand.self, FlushCommand.self, TimeoutsCommand.self, SyncCommand.self, SaveCommand.self,
      RestoreCommand.self,
    ],
    defaultSubcommand: ListCommand.self)
}

extension Failure {
  /// The kernel did not do what it was asked: what, on what, and why.
  init(_ error: IPVSError) {
    // Of a failure to open there is no object to name beside IPVS itself.
    self.init(
      "cannot \(error.operation.rawValue): \(error.operation == .open ? "\(error.reason)" : "\(error)")")
  }
}

/// Runs a body that speaks to the kernel, and tells its errors as the operator's.
func withIPVS(_ body: (inout IPVSClient) throws -> Void) throws {
  do {
    var client = try IPVSClient()
    try body(&client)
  } catch let error as IPVSError {
    throw Failure(error)
  }
}
