internal import Configuration
internal import Glibc
internal import Model
internal import VRRP

extension VirtualRouterConfiguration {
  /// The state machine's view of it, with this router's own address; nil: a fault keeps it from taking part.
  ///
  /// - Throws: where the parts contradict each other, which the reader of a file does not let through.
  func settings(ownAddress: IPAddress?) throws(Failure) -> VirtualRouter.Settings {
    do {
      guard let id = VirtualRouterID(id), let interval = AdvertisementInterval(advertisementInterval) else {
        throw Failure("virtual router \(name): its identifier or its interval is out of range")
      }
      return try VirtualRouter.Settings(
        version: version == .v2 ? .v2 : .v3, id: id, priority: Priority(priority), interval: interval,
        addresses: VirtualAddresses(addresses.map(\.address)),
        ownAddress: ownAddress ?? unspecifiedAddress, preemption: preemption.policy, startupHold: startupHold,
        announcements: AnnouncementSchedule(
          burst: announcements.burst,
          repeatAfter: announcements.repeatAfter == .zero ? nil : announcements.repeatAfter,
          refreshEvery: announcements.refreshEvery == .zero ? nil : announcements.refreshEvery))
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure("virtual router \(name)", error)
    }
  }

  /// Whom the router believes.
  func reception(of settings: VirtualRouter.Settings) -> Reception {
    Reception(
      version: settings.version, virtualRouter: settings.id, family: family, ownAddress: settings.ownAddress,
      senders: peers.isEmpty ? .group : .peers(Set(peers)), interval: settings.interval,
      authentication: plainAuthentication)
  }

  /// The password of version 2.
  var plainAuthentication: VRRP.Authentication {
    guard case .password(let text) = authentication, let password = VRRP.Authentication.Password(text) else {
      return .none
    }
    return .password(password)
  }

  /// What signs and verifies, with the keys of its files; nil: nothing is signed.
  ///
  /// - Throws: where a file cannot be read or holds no key.
  func hmac() throws(Failure) -> HMACAuthentication? {
    guard case .hmac(let configuration) = authentication else { return nil }
    var keys: [HMACAuthentication.Key] = []
    for key in configuration.keys {
      let bytes: [UInt8]
      do {
        bytes = try readFile(key.file)
      } catch {
        throw Failure("virtual router \(name): cannot read key \(key.id) in \(key.file)", error)
      }
      guard let key = HMACAuthentication.Key(id: key.id, text: bytes) else {
        throw Failure("virtual router \(name): \(key.file) holds no key of 32 to 64 bytes")
      }
      keys.append(key)
    }
    let mode: HMACAuthentication.Mode =
      switch configuration.mode {
      case .receiveOnly: .receiveOnly
      case .permissive: .permissive
      case .enforce: .enforce
      }
    return HMACAuthentication(keys: keys, mode: mode, window: configuration.window)
  }

  /// The form of the checksum that it sends.
  var checksumForm: ChecksumForm {
    switch checksum {
    case .withPseudoHeader: .withPseudoHeader
    case .messageOnly: .messageOnly
    }
  }

  /// Whom it speaks to.
  var destinations: [IPAddress] {
    peers.isEmpty ? [Advertisement.group(of: family)] : peers
  }

  private var unspecifiedAddress: IPAddress {
    family == .ipv4 ? .ipv4(IPv4Address(0)) : .ipv6(IPv6Address(0))
  }
}

extension VirtualRouterConfiguration.Preemption {
  /// The state machine's word for it.
  fileprivate var policy: VRRP.Preemption {
    switch self {
    case .never: .never
    case .after(let delay): .after(delay)
    }
  }
}

/// The time since 1970, by which signed advertisements are told from copies.
var unixTime: Duration {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

extension Duration {
  /// Whole nanoseconds.
  var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }
}
