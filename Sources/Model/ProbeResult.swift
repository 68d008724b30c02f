/// What one probe of a server found.
public enum ProbeResult: Hashable, Sendable {
  /// The server answered as it should.
  case healthy
  /// It did not, or could not be asked.
  case failed(ProbeFailure)
}
