internal import Configuration
internal import NIOCore
internal import NIOPosix

/// A configuration that was read while another one runs, with everything beside it that has to be read.
struct LoadedConfiguration: Sendable {
  /// What the operator asks for now.
  let configuration: DirectorConfiguration
  /// Its virtual routers.
  let routers: PreparedRouters
  /// What the reader of the file warns of.
  let warnings: [String]

  /// Reads a file beside the event loop, once the reload before it is done, however that ended.
  ///
  /// - Returns: what it says, or a ``ConfigurationRefusal`` or ``Failure`` that says why it cannot be used.
  static func reading(
    _ path: String, after former: EventLoopFuture<Void>, on loop: any EventLoop
  ) -> EventLoopFuture<Result<LoadedConfiguration, any Error>> {
    former.flatMapErrorThrowing { _ in }.flatMap {
      NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
        Result {
          let (configuration, warnings) = try loadConfiguration(path)
          return LoadedConfiguration(
            configuration: configuration, routers: try PreparedRouters(configuration), warnings: warnings)
        }
      }
    }
  }
}
