import HealthChecks
import Model
import NIOCore
import NIOPosix

// Checks servers over HTTPS once a second, as the daemon does and with nothing else around it, until it is killed:
//
//   check-cost AUTHORITY-FILE <ADDRESSES     one a line; the port is 6443, the certificate's name kubernetes

let authority = CommandLine.arguments.dropFirst().first
let check = HealthCheck(
  .https(HealthCheck.HTTP(), HealthCheck.TLS(authorityFile: authority, serverName: "kubernetes")),
  interval: .seconds(1), timeout: .seconds(1))
var servers: [Endpoint] = []
while let address = readLine().flatMap(IPAddress.init) { servers.append(Endpoint(address, port: 6443)) }

let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
try await loop.flatSubmit { [servers] in
  let prober = Prober(on: loop)
  let checkers = servers.enumerated().map { index, server in
    let delay = CheckSchedule.offset(of: index, among: servers.count, interval: check.interval)
    return prober.check(server, by: check, after: delay) { report in
      if report.result != .healthy { print("\(server): \(report.result)") }
    }
  }
  let never = loop.makePromise(of: Void.self)
  never.futureResult.assumeIsolated().whenComplete { _ in checkers.forEach { $0.stop() } }
  return never.futureResult
}.get()
