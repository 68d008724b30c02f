/// Attributes of the answer to `getInfo` (`IPVS_INFO_ATTR_*`).
package enum InfoAttribute {
  /// u32: major, minor and patch in a byte each.
  package static let version: UInt16 = 1
  /// u32, a power of two.
  package static let connectionTableSize: UInt16 = 2
}
