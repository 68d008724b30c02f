public import Model

extension VirtualRouter {
  /// What is to be done, in the order of the list.
  public enum Action: Hashable, Sendable {
    /// Send this to the group, or to every peer.
    case send(Advertisement)
    /// Put these addresses on the interface.
    case addAddresses([IPAddress])
    /// Take these addresses off the interface.
    case removeAddresses([IPAddress])
    /// Send this many gratuitous ARPs or unsolicited neighbour advertisements for each of these addresses.
    case announce([IPAddress], times: Int)
    /// The role has changed.
    case transition(Transition)
    /// Something that an operator wants to know.
    case report(Notice)
  }

  /// The part that a router plays (RFC 9568 §6.3).
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// It takes no part: not started, or with a fault.
    case initialize
    /// It waits, and watches the Active router.
    case backup
    /// It holds the addresses.
    case active
  }

  /// A change of role.
  public struct Transition: Hashable, Sendable {
    /// The role before.
    public let from: Role
    /// The role from now on.
    public let to: Role
    /// Why.
    public let reason: Reason

    /// Joins the parts.
    public init(from: Role, to: Role, reason: Reason) {
      self.from = from
      self.to = to
      self.reason = reason
    }
  }

  /// Another router that advertises the same virtual router.
  public struct Peer: Hashable, Sendable {
    /// Its address.
    public let address: IPAddress
    /// Its priority, as it last said.
    public let priority: Priority

    /// Joins the parts.
    public init(address: IPAddress, priority: Priority) {
      self.address = address
      self.priority = priority
    }
  }

  /// Why a role changed.
  public enum Reason: Hashable, Sendable {
    /// It was started.
    case started
    /// It was stopped.
    case stopped
    /// It owns the addresses.
    case owner
    /// Nobody was heard for Active_Down_Interval since this router, or at all.
    case silence(of: IPAddress?)
    /// This router is still heard, and its priority is lower, or equal and its address is lower.
    case inferior(Peer)
    /// This router released the addresses.
    case released(by: IPAddress)
    /// This router's priority is higher, or equal and its address is higher.
    case superior(Peer)
    /// These outside things allow no service; in alphabetical order.
    case fault([String])
    /// The last fault is gone.
    case recovered
    /// It slept for this long, and another router has taken over by now.
    case stalled(Duration)
    /// The operator handed over.
    case handedOver
    /// Its group's leader moved.
    case group
  }

  /// Something that changes no role, and that an operator wants to know.
  public enum Notice: Hashable, Sendable {
    /// The sender floats other addresses (RFC 9568 §7.1).
    case addressesDiffer(from: IPAddress, [IPAddress])
    /// The sender has another interval (RFC 9568 §7.1).
    case intervalDiffers(from: IPAddress, AdvertisementInterval)
    /// Two routers say that they own the addresses (RFC 9568 §6.4.3).
    case ownerConflict(with: IPAddress)
    /// An inferior router says that it is Active as well; it was answered.
    case rival(Peer)
    /// A router that was not the Active one released the addresses: nothing follows from that.
    case releaseIgnored(from: IPAddress)
    /// The timer came so late that what it waited for may have gone unheard; it waits once more.
    case lateTimer(by: Duration)
  }
}
