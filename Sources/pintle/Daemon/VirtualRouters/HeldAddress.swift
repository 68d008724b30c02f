internal import Model

/// A virtual address that this host holds, as the daemon tells its guard.
struct HeldAddress: Hashable {
  /// The index of its interface.
  let interface: Int32
  /// The address with the length of its prefix.
  let network: IPNetwork

  /// What the daemon tells about one.
  enum Note: Equatable {
    /// It is about to be held; without the daemon for so long at most, in nanoseconds.
    case hold(HeldAddress, Int64)
    /// It is held no more.
    case release(HeldAddress)

    /// As a line: `hold 2 10.0.0.250/32 3609375000`, `release 2 10.0.0.250/32`.
    var line: String {
      switch self {
      case .hold(let address, let time): "hold \(address.interface) \(address.network) \(time)"
      case .release(let address): "release \(address.interface) \(address.network)"
      }
    }

    /// Reads a line; nil: it is none.
    init?(_ line: String) {
      let words = line.split(separator: " ")
      guard words.count >= 3, let interface = Int32(words[1]), let network = IPNetwork(words[2]) else {
        return nil
      }
      let address = HeldAddress(interface: interface, network: network)
      switch words[0] {
      case "hold":
        guard words.count == 4, let time = Int64(words[3]) else { return nil }
        self = .hold(address, time)
      case "release": self = .release(address)
      default: return nil
      }
    }
  }
}
