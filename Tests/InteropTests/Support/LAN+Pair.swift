extension LAN {
  /// Starts two Pintles, and waits until the one of higher priority holds the address.
  func pair(_ keys: String = "", address: String = "10.1.0.100/32") async throws
    -> (Program, Program)
  {
    let first = try pintle(on: 1, priority: 150, keys, addresses: "\"\(address)\"")
    try await expectHolder(1, address)
    let second = try pintle(on: 2, priority: 100, keys, addresses: "\"\(address)\"")
    try await eventually("the second has heard the first") {
      try second.output.contains("Backup") && !holds(2, address)
    }
    return (first, second)
  }
}
