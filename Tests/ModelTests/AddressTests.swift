import Model
import Testing

@Suite("Addresses")
struct AddressTests {
  @Test(
    "are read and written in their canonical notation",
    arguments: [
      ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
      ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fd00::250", "fd00::250"),
      ("FD00:0:0::250", "fd00::250"),
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
      ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"),
    ])
  func notation(_ text: String, _ canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(
    "of another notation are none",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "1..2.3",
      "1.2.3.",
      "0x1.2.3.4", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%eth0",
      "[::1]",
      "1:2:3:4:5:6:7:8::", "::1.2.3", ":1::2", "1::2:", "１.2.3.4", "+1::",
    ])
  func notAnAddress(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(
    "with a port are read and written, IPv6 in brackets",
    arguments: ["10.0.0.250:6443", "[fd00::250]:6443", "10.0.0.1:0", "10.0.0.1:65535"])
  func endpoint(_ text: String) {
    #expect(Endpoint(text)?.description == text)
  }

  @Test(
    "with a bad port are none",
    arguments: [
      "10.0.0.1", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:-1", "10.0.0.1:+1", "fd00::1:6443", "[10.0.0.1]:1",
    ])
  func notAnEndpoint(_ text: String) {
    #expect(Endpoint(text) == nil)
  }

  @Test(
    "know what a host cannot own", arguments: ["0.0.0.0", "224.0.0.18", "255.255.255.255", "::", "ff02::12"])
  func notUnicast(_ text: String) throws {
    #expect(try #require(IPAddress(text)).isUnicast == false)
  }
}
