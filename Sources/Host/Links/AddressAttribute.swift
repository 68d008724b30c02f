enum AddressAttribute {
  static let address: UInt16 = 1
  static let local: UInt16 = 2
  static let cacheInfo: UInt16 = 6
  static let flags: UInt16 = 8
  static let origin: UInt16 = 11
}
