internal import CKernel
internal import Glibc
internal import Netlink

/// Hears of the end of our packet filter's table, as by a restart of nftables.service, which flushes everything.
///
/// What begins without the table is confirmed by the connection tracking as it is, and cannot be translated any more: it
/// has to be there again before the next poll.
package enum PacketFilterWatch {
  /// NFNLGRP_NFTABLES (linux/netfilter/nfnetlink.h).
  private static let group: UInt32 = 7
  /// NFNL_SUBSYS_NFTABLES and NFT_MSG_DELTABLE (linux/netfilter/nf_tables.h).
  private static let tableDeleted: UInt16 = 10 << 8 | 2
  /// NFTA_TABLE_NAME.
  private static let tableName: UInt16 = 1
  /// The length of struct nfgenmsg.
  private static let headerLength = 4

  /// Begins to listen, on a thread of its own that lasts as long as the process.
  ///
  /// - Parameter onDeletion: called on that thread when the table was deleted, by whomever, or may have been.
  /// - Throws: where the kernel does not tell.
  package static func start(onDeletion: @escaping @Sendable () -> Void) throws {
    var socket = try NetlinkSocket(.packetFilter, receiveTimeout: .seconds(3600))
    try socket.subscribe(to: group)
    let listener = Listener(socket)
    try DedicatedThread(name: "packet-filter") { listener.listen(onDeletion) }.detach()
  }

  private final class Listener {
    private var socket: NetlinkSocket
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(_ socket: consuming NetlinkSocket) { self.socket = socket }

    func listen(_ onDeletion: () -> Void) {
      while true {
        do throws(NetlinkError) {
          let length = try socket.receive(into: &buffer)
          if try Self.deletesTable(buffer, length) { onDeletion() }
        } catch .timedOut {
          continue
        } catch .answersLost, .malformed {
          onDeletion()
        } catch {
          // The poll is left.
          return
        }
      }
    }

    private static func deletesTable(_ datagram: [UInt8], _ length: Int) throws(NetlinkError) -> Bool {
      var isDeleted = false
      try forEachMessage(in: unsafe datagram.span.bytes.extracting(first: length)) {
        type, _, _, message throws(NetlinkError) in
        guard type == tableDeleted, message.byteCount >= headerLength else { return }
        do throws(WireError) {
          try forEachAttribute(in: message.extracting(droppingFirst: headerLength)) {
            type, value throws(WireError) in
            if type == tableName, try value.string() == PacketFilterRules.table { isDeleted = true }
          }
        } catch {
          throw .malformed(error)
        }
      }
      return isDeleted
    }
  }
}
