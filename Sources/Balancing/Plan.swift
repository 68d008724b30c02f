package import Model

/// The changes that turn the kernel's table into the desired one, in the order in which they are safe.
///
/// What is new or changed comes before what is removed, and what gains weight before what loses it, so that a service
/// that has a usable server before and after has one all the time. Nothing is deleted in order to be added again.
package struct Plan: Hashable, Sendable {
  /// The changes, in order; none: the kernel's table is as it should be.
  package let changes: [TableChange]

  /// Compares the kernel's table with the desired one.
  ///
  /// - Parameters:
  ///   - actual: the kernel's table, services of others included.
  ///   - desired: what should be there.
  ///   - owned: the services that may be deleted when they are not desired. All others stay as they are.
  package init(from actual: ForwardingTable, to desired: ForwardingTable, owned: Set<ServiceKey>) {
    var changes: [TableChange] = []
    for entry in desired.sortedEntries {
      let key = entry.service.key
      guard let existing = actual.entries[key] else {
        changes.append(.addService(entry.service))
        changes += entry.sortedServers.map { .addServer($0, key) }
        continue
      }
      if existing.service != entry.service { changes.append(.setService(entry.service)) }
      changes += Self.changes(of: key, from: existing, to: entry)
    }
    let obsolete = actual.entries.keys.filter { owned.contains($0) && desired.entries[$0] == nil }
    changes += obsolete.sorted().map(TableChange.deleteService)
    self.changes = changes
  }

  private static func changes(
    of key: ServiceKey, from existing: ForwardingTable.Entry, to entry: ForwardingTable.Entry
  ) -> [TableChange] {
    // The common case by far, without sorting anything.
    if existing.servers == entry.servers { return [] }
    var added: [TableChange] = []
    var raised: [TableChange] = []
    var silenced: [TableChange] = []
    for server in entry.sortedServers {
      guard let current = existing.servers[server.endpoint] else {
        added.append(.addServer(server, key))
        continue
      }
      if current == server { continue }
      if server.weight > 0 {
        raised.append(.setServer(server, key))
      } else {
        silenced.append(.setServer(server, key))
      }
    }
    let removed = existing.servers.keys.filter { entry.servers[$0] == nil }.sorted()
    return added + raised + silenced + removed.map { .deleteServer($0, key) }
  }
}
