internal import Configuration
internal import Control
internal import Host
internal import Model
internal import VRRP

/// One virtual router with what it has on this host.
struct RouterMember {
  /// What the operator asked for.
  var configuration: VirtualRouterConfiguration { didSet { written = nil } }
  /// Whom it believes.
  var reception: Reception
  /// What signs its advertisements and verifies its peers'; nil: nothing does.
  var hmac: HMACAuthentication?
  /// The interface that it speaks on; nil: a fault keeps it from speaking.
  var link: Link?
  /// The interface with the virtual MAC address on top of it; nil: there is none.
  var virtualLink: Link?
  /// Whether its interface has kept it out since it last began to listen: the kernel may have dropped its memberships.
  var wasOut = false
  /// Why it cannot hear others, as the journal knows; nil: it can.
  var deafness: SystemError?
  /// The carriers of its own interface and of those that it watches, by name.
  var carriers: [String: CarrierDelay] = [:]
  /// Those who take its addresses away.
  var addressGuard = AddressGuard()
  /// Where else on this host its addresses are, as it was last told.
  var elsewhere: [String] = []
  /// What it did not believe.
  var rejections = RejectionCounter()
  /// What the journal need not hear again.
  var quiet = Quiet<String>()
  /// What it sent last, if it is not signed: most often it is what it sends next.
  var written: OutgoingAdvertisement?
  /// Advertisements that left.
  var sent: UInt64 = 0
  /// Advertisements that were believed.
  var received: UInt64 = 0
  /// Whether the last advertisement did not leave.
  var isSendingFailing = false
  /// When it came into its role, by the wall clock.
  var since = Timestamp.now
  /// What brought it into its role.
  var why = VirtualRouter.Reason.started

  /// Prepares a router that has not looked at its interface yet.
  init(_ setup: RouterSetup, _ settings: VirtualRouter.Settings) {
    configuration = setup.configuration
    reception = setup.configuration.reception(of: settings)
    hmac = setup.hmac
  }

  /// The interface that its addresses live on; nil: there is none at the moment.
  var holder: Link? { configuration.hasVirtualMAC ? virtualLink : link }

  /// The addresses with the lengths of their prefixes, as the interface is to have them.
  func networks(of addresses: [IPAddress]) -> [IPNetwork] {
    configuration.addresses.filter { addresses.contains($0.address) }
  }

  /// Whether it is the same virtual router as the one of another configuration.
  func isSame(as other: VirtualRouterConfiguration) -> Bool {
    RouterIdentity(configuration) == RouterIdentity(other)
  }
}
