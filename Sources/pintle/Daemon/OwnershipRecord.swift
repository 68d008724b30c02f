internal import Model

/// The services that Pintle made, remembered across restarts.
///
/// What is not in it is another's, and is never deleted. Where it cannot be read, deleting nothing is the only safe thing.
struct OwnershipRecord: Sendable {
  /// A service a line, as the command line names it.
  let file: RuntimeFile

  /// The services that are owned; none where there is no record.
  func read() throws(Failure) -> Set<ServiceKey> {
    Set(try file.read().compactMap { ServiceKey(argument: String($0)) })
  }

  /// Replaces the record.
  func write(_ services: Set<ServiceKey>) throws(Failure) {
    try file.write(services.sorted().map(\.argument))
  }
}
