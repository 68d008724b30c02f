enum AddressFlag {
  /// Of an IPv6 address: temporary.
  static let secondary: UInt32 = 0x01
  static let noDuplicateDetection: UInt32 = 0x02
  static let detectionFailed: UInt32 = 0x08
  static let deprecated: UInt32 = 0x20
  static let tentative: UInt32 = 0x40
  static let permanent: UInt32 = 0x80
  static let noPrefixRoute: UInt32 = 0x200
}
