enum RouteGroup {
  static let link: UInt32 = 1
  static let ipv4Address: UInt32 = 5
  static let ipv6Address: UInt32 = 9
}
