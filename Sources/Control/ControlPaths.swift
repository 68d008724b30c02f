/// The names that the daemon and its clients share.
package enum ControlPaths {
  /// The socket's name in the runtime directory.
  package static let socketName = "pintle.sock"
  /// The group whose members may use the socket.
  package static let group = "pintle"

  /// The daemon and all that it does.
  package static let status = "/v1/status"
  /// The services alone.
  package static let services = "/v1/services"
  /// The virtual routers alone.
  package static let routers = "/v1/routers"
  /// The events, a line each; with `?follow` also those to come.
  package static let events = "/v1/events"
  /// POST a configuration: what it would change.
  package static let plan = "/v1/plan"
  /// POST: read the configuration anew.
  package static let reload = "/v1/reload"
  /// POST `?server=ADDRESS`: take it out of service, and let its connections end.
  package static let drain = "/v1/drain"
  /// POST `?server=ADDRESS`: take it back.
  package static let undrain = "/v1/undrain"
  /// POST: give the virtual addresses to the peer.
  package static let handover = "/v1/handover"
  /// POST: take part again.
  package static let resume = "/v1/resume"
  /// The figures as Prometheus reads them.
  package static let metrics = "/metrics"
}
