internal import IPVS
internal import Model

/// How long a client stays with its server, in seconds, and which clients count as one.
struct PersistenceRecord: Encodable {
  let timeout: UInt32
  let netmask: String

  init(_ persistence: Persistence, family: AddressFamily) {
    timeout = persistence.timeout
    netmask = family == .ipv4 ? IPv4Address(persistence.mask).description : "\(persistence.mask)"
  }
}
