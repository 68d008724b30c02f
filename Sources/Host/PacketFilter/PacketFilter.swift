internal import CNftables
package import Model

/// The kernel's packet filter, by libnftables; it acts on the network namespace of the calling thread.
@safe
package struct PacketFilter: ~Copyable {
  /// Why the packet filter did not do what it was asked, in nft's own words.
  package struct Failure: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// Without counters, and without what rules have put into sets.
  private static let terse = UInt32(NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE)

  private let context: OpaquePointer

  /// Prepares it; nothing is asked of the kernel yet.
  ///
  /// - Throws: where there is no memory.
  package init() throws(Failure) {
    guard let context = unsafe nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else {
      throw Failure(description: "nft_ctx_new: no memory")
    }
    unsafe self.context = context
    unsafe nft_ctx_buffer_output(context)
    unsafe nft_ctx_buffer_error(context)
    unsafe nft_ctx_output_set_flags(context, Self.terse)
  }

  deinit {
    unsafe nft_ctx_free(context)
  }

  /// Puts the rules in place of the table's, all at once or not at all.
  package mutating func apply(_ rules: PacketFilterRules) throws(Failure) {
    _ = try run(rules.transaction)
  }

  /// The connections that the packet filter noted lately; none where it notes none.
  package mutating func strangers(_ family: AddressFamily) -> [PacketFilterRules.Stranger] {
    // What is terse leaves them out.
    unsafe nft_ctx_output_set_flags(context, UInt32(NFT_CTX_OUTPUT_STATELESS))
    defer { unsafe nft_ctx_output_set_flags(context, Self.terse) }
    let set = PacketFilterRules.Stranger.set(family)
    let listing = try? run("list set inet \(PacketFilterRules.table) \(set)")
    return listing.map(PacketFilterRules.Stranger.all) ?? []
  }

  /// The table as nft writes it, without what it noted; nil where there is none.
  package mutating func listing() -> String? {
    try? run("list table inet \(PacketFilterRules.table)")
  }

  private mutating func run(_ command: String) throws(Failure) -> String {
    let status = unsafe nft_run_cmd_from_buffer(context, command)
    // Both are read each time: reading empties them.
    let output = unsafe text(nft_ctx_get_output_buffer(context))
    let errors = unsafe text(nft_ctx_get_error_buffer(context))
    guard status == 0 else {
      let lines = errors.split(separator: "\n")
      let reason =
        lines.first { $0.contains("Error") || $0.contains("rror:") } ?? lines.first ?? "no reason given"
      throw Failure(description: String(reason))
    }
    return output
  }

  private func text(_ buffer: UnsafePointer<CChar>?) -> String {
    guard let buffer = unsafe buffer else { return "" }
    return unsafe String(cString: buffer)
  }
}
