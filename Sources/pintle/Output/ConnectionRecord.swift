internal import IPVS
internal import Model

/// A connection; `expires` is in seconds.
struct ConnectionRecord: Encodable {
  let `protocol`, client, service, server, state: String
  let expires: UInt32

  init(_ connection: Connection) {
    `protocol` = connection.transport.rawValue
    client = connection.client.description
    service = connection.service.description
    server = connection.server.description
    state = connection.state
    expires = connection.expires
  }
}
