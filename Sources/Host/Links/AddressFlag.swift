enum AddressFlag {
  static let secondary: UInt32 = 0x01
  static let noDuplicateDetection: UInt32 = 0x02
  static let detectionFailed: UInt32 = 0x08
  static let deprecated: UInt32 = 0x20
  static let tentative: UInt32 = 0x40
  static let noPrefixRoute: UInt32 = 0x200
}
