package import Model

/// A program that the kernel runs on each packet before a raw socket gets it (classic BPF; linux/filter.h): messages
/// whose second byte, a virtual router's identifier, is none of those that are asked for are dropped, all but a sample.
///
/// A socket's queue holds what nobody wants as well, and reading it costs a system call each; this costs the kernel some
/// nanoseconds. The sample is random, so that its count times `rate` is an estimate of how many there were: of n, with
/// a standard deviation of about 4 √n. What a hardware address other than the one that is asked for sent is dropped
/// without a sample: it is for an interface on top of another one, which hears everything else.
package struct SocketFilter: Sendable {
  /// struct sock_filter.
  package struct Instruction: BitwiseCopyable, Hashable, Sendable {
    private let code: UInt16
    private let whereTrue: UInt8
    private let whereFalse: UInt8
    private let operand: UInt32

    fileprivate init(
      _ code: UInt16, _ operand: UInt32, whereTrue: UInt8 = 0, whereFalse: UInt8 = 0
    ) {
      self.code = code
      self.whereTrue = whereTrue
      self.whereFalse = whereFalse
      self.operand = operand
    }

    /// X = 4 × the lower half of the first byte: the length of an IPv4 header (BPF_LDX | BPF_B | BPF_MSH).
    fileprivate static let headerLength = Instruction(0xB1, 0)
    /// X = 0 (BPF_LDX | BPF_IMM).
    fileprivate static let noHeader = Instruction(0x01, 0)
    /// A = the second byte after X; where there is none, the packet is dropped (BPF_LD | BPF_B | BPF_IND).
    fileprivate static let identifier = Instruction(0x50, 1)
    /// A = the first four bytes, and the last two, of the hardware address that the frame came from, which is at 6 in
    /// its header (BPF_LD | BPF_W or BPF_H | BPF_ABS of SKF_LL_OFF).
    fileprivate static let senderStart = Instruction(0x20, UInt32(bitPattern: -0x20_0000 + 6))
    fileprivate static let senderEnd = Instruction(0x28, UInt32(bitPattern: -0x20_0000 + 10))
    /// A = a random word (BPF_LD | BPF_W | BPF_ABS of SKF_AD_OFF + SKF_AD_RANDOM).
    fileprivate static let random = Instruction(0x20, UInt32(bitPattern: -0x1000 + 56))
    /// Leaves the next one out, unless A is this (BPF_JMP | BPF_JEQ | BPF_K).
    fileprivate static func next(ifEqual value: UInt8) -> Instruction {
      Instruction(0x15, UInt32(value), whereFalse: 1)
    }
    /// Leaves the next one out, if A is this (BPF_JMP | BPF_JEQ | BPF_K).
    fileprivate static func next(unlessEqual value: UInt32) -> Instruction {
      Instruction(0x15, value, whereTrue: 1)
    }
    /// Leaves the next one out, where A has any of these bits (BPF_JMP | BPF_JSET | BPF_K).
    fileprivate static func next(ifNone bits: UInt32) -> Instruction {
      Instruction(0x45, bits, whereTrue: 1)
    }
    /// Ends: the whole packet goes to the socket (BPF_RET | BPF_K).
    fileprivate static let accept = Instruction(0x06, .max)
    /// Ends: the packet is dropped.
    fileprivate static let drop = Instruction(0x06, 0)
  }

  /// Of so many messages with other identifiers one comes through.
  package static let rate: UInt64 = 16

  /// The program: 522 instructions at most, of which the kernel takes 4096.
  package let instructions: [Instruction]

  /// Makes it for the sockets of a family: to a raw IPv4 socket a packet begins with the IP header, to a raw IPv6 socket
  /// after it.
  ///
  /// - Parameters:
  ///   - family: the family.
  ///   - identifiers: those that are asked for.
  ///   - sender: the hardware address that alone is heard; nil: all are.
  package init(
    _ family: AddressFamily, identifiers: some Collection<UInt8>, from sender: MACAddress? = nil
  ) {
    var program: [Instruction] = []
    if let sender {
      program += [
        .senderStart, .next(unlessEqual: UInt32(truncatingIfNeeded: sender.value >> 16)), .drop,
        .senderEnd, .next(unlessEqual: UInt32(truncatingIfNeeded: sender.value & 0xFFFF)), .drop,
      ]
    }
    program += [family == .ipv4 ? .headerLength : .noHeader, .identifier]
    for identifier in identifiers.sorted() { program += [.next(ifEqual: identifier), .accept] }
    program += [.random, .next(ifNone: UInt32(Self.rate - 1)), .accept, .drop]
    instructions = program
  }
}
