internal import Model

extension YAMLWriter {
  /// Writes what stands below an element of `virtualRouters`.
  mutating func write(_ router: VirtualRouterConfiguration) {
    line("name", Self.scalar(router.name))
    line("interface", Self.scalar(router.interface))
    line("id", "\(router.id)")
    line("version", "\(router.version.rawValue)")
    if router.version == .v3, router.family == .ipv4 { line("checksum", router.checksum.rawValue) }
    line("priority", "\(router.priority)")
    line("advertisementInterval", DurationText.write(router.advertisementInterval))
    line("addresses", Self.flow(router.addresses.map { Self.address($0.description) }))
    line("peers", Self.flow(router.peers.map { Self.address($0.description) }))
    switch router.preemption {
    case .never: line("preempt", "false")
    case .after(.zero): line("preempt", "true")
    case .after(let delay): line("preempt", Self.flow(["delay": DurationText.write(delay)]))
    }
    line("startupHold", DurationText.write(router.startupHold))
    if case .listed(let services) = router.services {
      line("services", Self.flow(services.map(Self.tracked)))
    }
    block("track") { track in
      track.line("interfaces", Self.flow(router.interfaces.map(Self.tracked)))
      track.list("scripts", router.scripts) { $1.write($0) }
    }
    if let group = router.group { line("group", Self.scalar(group)) }
    if let authentication = router.authentication { write(authentication) }
    let announcements: KeyValuePairs = [
      "burst": Optional("\(router.announcements.burst)"),
      "repeatAfter": DurationText.write(router.announcements.repeatAfter),
      "refreshEvery": DurationText.write(router.announcements.refreshEvery),
    ]
    line("announcements", Self.flow(announcements))
    line("virtualMAC", "\(router.hasVirtualMAC)")
    line("carrierDelay", DurationText.write(router.carrierDelay))
    if !router.notify.isEmpty { line("notify", Self.flow(router.notify.map { Self.scalar($0) })) }
  }

  private mutating func write(_ script: VirtualRouterConfiguration.Script) {
    line("name", Self.scalar(script.name))
    line("command", Self.flow(script.command.map { Self.scalar($0) }))
    line("interval", DurationText.write(script.interval))
    line("timeout", DurationText.write(script.timeout))
    line("rise", "\(script.rise)")
    line("fall", "\(script.fall)")
    if let weight = script.weight { line("weight", "\(weight)") }
  }

  private mutating func write(_ authentication: VirtualRouterConfiguration.Authentication) {
    block("authentication") { writer in
      switch authentication {
      case .password(let password): writer.line("password", Self.scalar(password))
      case .hmac(let hmac):
        writer.block("hmac") { writer in
          let keys = hmac.keys.map { Self.flow(["id": "\($0.id)", "file": Self.scalar($0.file)]) }
          writer.line("keys", Self.flow(keys))
          writer.line("mode", hmac.mode.rawValue)
          writer.line("window", DurationText.write(hmac.window))
        }
      }
    }
  }

  private static func tracked(_ tracked: VirtualRouterConfiguration.Tracked) -> String {
    guard let weight = tracked.weight else { return scalar(tracked.name) }
    return flow(["name": scalar(tracked.name), "weight": "\(weight)"])
  }
}
