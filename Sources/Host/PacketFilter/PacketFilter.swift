internal import CNftables

/// The kernel's packet filter, by libnftables; it acts on the network namespace of the calling thread.
@safe
package struct PacketFilter: ~Copyable {
  /// Why the packet filter did not do what it was asked, in nft's own words.
  package struct Failure: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

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
    unsafe nft_ctx_output_set_flags(context, UInt32(NFT_CTX_OUTPUT_STATELESS))
  }

  deinit {
    unsafe nft_ctx_free(context)
  }

  /// Puts the rules in place of the table's, all at once or not at all.
  package mutating func apply(_ rules: PacketFilterRules) throws(Failure) {
    _ = try run(rules.transaction)
  }

  /// The table as nft writes it; nil where there is none.
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
