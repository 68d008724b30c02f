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
