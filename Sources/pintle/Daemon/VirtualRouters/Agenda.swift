/// When each of many wants to hear of the time, in nanoseconds.
///
/// A plain list: to look through the times of all virtual routers that an interface can have takes less than one system
/// call, and they are looked through once per wake-up.
struct Agenda {
  /// `.max`: at no time.
  private var times: [Int64]

  /// One of so many places, of which each is as its time says; nil: no time matters to it.
  init(_ times: some Sequence<Int64?>) {
    self.times = times.map { $0 ?? .max }
  }

  /// The first of the times; `.max`: there is none.
  var first: Int64 { times.reduce(.max, min) }

  /// The places whose time has come, in their order.
  func due(at now: Int64) -> [Int] {
    times.indices.filter { times[$0] <= now }
  }

  /// Sets the time of a place.
  mutating func set(_ place: Int, to time: Int64?) {
    times[place] = time ?? .max
  }
}
