//  Numbers of rtnetlink (linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h), as far as they are used.

enum RouteMessage {
  static let newLink: UInt16 = 16
  static let deleteLink: UInt16 = 17
  static let getLink: UInt16 = 18
  static let newAddress: UInt16 = 20
  static let deleteAddress: UInt16 = 21
  static let getAddress: UInt16 = 22
}
