/// What linux/if_link.h calls the kind of device.
enum MacvlanKind {
  static let name = "macvlan"
  /// MACVLAN_MODE_PRIVATE.
  static let privateMode: UInt32 = 1
}
