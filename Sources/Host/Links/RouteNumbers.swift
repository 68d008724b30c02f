//  Numbers of rtnetlink (linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h), as far as they are used.

enum RouteMessage {
  static let newLink: UInt16 = 16
  static let deleteLink: UInt16 = 17
  static let getLink: UInt16 = 18
  static let newAddress: UInt16 = 20
  static let deleteAddress: UInt16 = 21
  static let getAddress: UInt16 = 22
}

enum RouteGroup {
  static let link: UInt32 = 1
  static let ipv4Address: UInt32 = 5
  static let ipv6Address: UInt32 = 9
}

enum LinkAttribute {
  static let address: UInt16 = 1
  static let name: UInt16 = 3
  static let link: UInt16 = 5
  static let info: UInt16 = 18
  static let extendedMask: UInt16 = 29

  /// Inside of `info`.
  static let kind: UInt16 = 1
  static let data: UInt16 = 2
  /// Inside of `data` of a macvlan.
  static let macvlanMode: UInt16 = 1
}

enum AddressAttribute {
  static let address: UInt16 = 1
  static let local: UInt16 = 2
  static let cacheInfo: UInt16 = 6
  static let flags: UInt16 = 8
  static let origin: UInt16 = 11
}

enum AddressFlag {
  static let secondary: UInt32 = 0x01
  static let noDuplicateDetection: UInt32 = 0x02
  static let detectionFailed: UInt32 = 0x08
  static let deprecated: UInt32 = 0x20
  static let tentative: UInt32 = 0x40
  static let noPrefixRoute: UInt32 = 0x200
}
