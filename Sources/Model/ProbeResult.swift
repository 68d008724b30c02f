/// What one probe of a server found.
public enum ProbeResult: Hashable, Sendable {
  case healthy
  case failed(ProbeFailure)
}
