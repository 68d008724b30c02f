internal import Glibc

/// Asks the daemon over its socket, and waits for the answer.
package struct ControlClient: Sendable {
  /// The socket's path.
  package let path: String

  /// A client of the socket at a path.
  package init(socket path: String) { self.path = path }

  /// Asks for a record.
  ///
  /// - Parameters:
  ///   - type: the record's type.
  ///   - target: the path, with its query.
  ///   - timeout: how long the daemon may be silent, in whole seconds.
  /// - Returns: the record.
  /// - Throws: where there is none, and why.
  package func get<Record: Decodable>(
    _ type: Record.Type, _ target: String, timeout: Duration = .seconds(10)
  ) throws(ControlClientError) -> Record {
    try record(type, of: send("GET", target, body: [], timeout: timeout))
  }

  /// Asks for a change, and for the record that tells of it.
  package func post<Record: Decodable>(
    _ type: Record.Type, _ target: String, body: [UInt8] = [], timeout: Duration = .seconds(60)
  ) throws(ControlClientError) -> Record {
    try record(type, of: send("POST", target, body: body, timeout: timeout))
  }

  /// The events: the latest, and where they are followed those to come, for as long as the daemon lives.
  ///
  /// - Parameters:
  ///   - follow: whether to go on with those to come.
  ///   - take: takes a line of JSON.
  /// - Throws: ``ControlClientError``, and what `take` throws.
  package func events(follow: Bool, take: ([UInt8]) throws -> Void) throws {
    var connection = try ClientConnection(to: path, timeout: follow ? nil : .seconds(10))
    try connection.send("GET", ControlPaths.events + (follow ? "?follow" : ""), body: [])
    let status = try connection.readHead().status
    guard status == 200 else { throw refusal(status, try connection.readToEnd(length: nil)) }
    while let line = try connection.readLine() { try take(line) }
  }

  private func send(
    _ method: String, _ target: String, body: [UInt8], timeout: Duration
  ) throws(ControlClientError) -> [UInt8] {
    var connection = try ClientConnection(to: path, timeout: timeout)
    try connection.send(method, target, body: body)
    let head = try connection.readHead()
    let answer = try connection.readToEnd(length: head.length)
    guard head.status == 200 else { throw refusal(head.status, answer) }
    return answer
  }

  private func record<Record: Decodable>(
    _ type: Record.Type, of answer: [UInt8]
  ) throws(ControlClientError) -> Record {
    do {
      return try JSON.decode(type, from: answer)
    } catch {
      throw .malformed("of another version than this program: \(error)")
    }
  }

  private func refusal(_ status: Int, _ answer: [UInt8]) -> ControlClientError {
    let record = try? JSON.decode(ErrorRecord.self, from: answer)
    return .refused(record ?? ErrorRecord("the daemon answered with status \(status)"))
  }
}
