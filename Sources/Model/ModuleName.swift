/// What the kernel can call a scheduler or a persistence engine.
enum ModuleName {
  /// Whether it is 1 to 15 letters, digits, `_`, `.`, `+` and, not at the start, `-`
  /// (`IP_VS_SCHEDNAME_MAXLEN` and `IP_VS_PENAME_MAXLEN` less the NUL).
  ///
  /// The kernel would take any bytes, but it loads a module of that name, and every tool writes it into a line of
  /// words and options.
  static func isValid(_ name: some StringProtocol) -> Bool {
    (1...15).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: "-")
      && name.utf8.allSatisfy(isAllowed)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
