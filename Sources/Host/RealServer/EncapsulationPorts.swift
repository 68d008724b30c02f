internal import CKernel
internal import Glibc
internal import Model
package import Netlink

/// The kernel's ports of UDP encapsulation, over its netlink family `fou` (linux/fou.h).
package struct EncapsulationPorts: ~Copyable {
  private enum Command {
    static let add: UInt8 = 1
    static let delete: UInt8 = 2
    static let get: UInt8 = 3
  }

  private enum Attribute {
    static let port: UInt16 = 1
    static let family: UInt16 = 2
    static let type: UInt16 = 4
  }

  /// FOU_ENCAP_GUE.
  private static let generic: UInt8 = 2

  private var netlink: GenericNetlink

  /// Opens the conversation; the module is loaded by it.
  ///
  /// - Throws: where the kernel has none.
  package init() throws(NetlinkError) {
    let socket = try NetlinkSocket(receiveTimeout: .seconds(5))
    netlink = try GenericNetlink(family: "fou", version: 1, over: socket)
  }

  /// Opens a port.
  ///
  /// - Throws: EADDRINUSE where somebody has it, be it the kernel itself.
  package mutating func add(_ port: EncapsulationPort) throws(NetlinkError) {
    try perform(Command.add, port)
  }

  /// Closes a port.
  package mutating func remove(_ port: EncapsulationPort) throws(NetlinkError) {
    try perform(Command.delete, port)
  }

  /// The ports that are open, of whatever encapsulation.
  package mutating func all() throws(NetlinkError) -> Set<EncapsulationPort> {
    var ports: Set<EncapsulationPort> = []
    try netlink.dump(.init(command: Command.get)) { message throws(WireError) in
      var number: UInt16 = 0
      var family = AddressFamily.ipv4
      try forEachAttribute(in: message) { type, value throws(WireError) in
        switch type {
        case Attribute.port: number = UInt16(bigEndian: try value.load(at: 0))
        case Attribute.family: family = try value.byte() == UInt8(AF_INET6) ? .ipv6 : .ipv4
        default: break
        }
      }
      ports.insert(EncapsulationPort(port: number, family: family))
    }
    return ports
  }

  private mutating func perform(_ command: UInt8, _ port: EncapsulationPort) throws(NetlinkError) {
    let request = GenericNetlink.Request(command: command) { writer in
      writer.uint16InNetworkOrder(Attribute.port, port.port)
      writer.byte(Attribute.family, UInt8(port.family == .ipv4 ? AF_INET : AF_INET6))
      if command == Command.add { writer.byte(Attribute.type, Self.generic) }
    }
    for outcome in netlink.perform([request]) { try outcome.get() }
  }
}
