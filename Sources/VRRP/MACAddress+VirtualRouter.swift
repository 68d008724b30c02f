public import Model

extension MACAddress {
  /// The virtual router's own address: 00:00:5e:00:01:VRID over IPv4, 00:00:5e:00:02:VRID over IPv6 (RFC 9568 §7.3).
  public static func virtualRouter(_ id: VirtualRouterID, _ family: AddressFamily) -> MACAddress {
    MACAddress(0x0000_5E00_0000 | (family == .ipv4 ? 0x100 : 0x200) | UInt64(id.value))
  }
}
