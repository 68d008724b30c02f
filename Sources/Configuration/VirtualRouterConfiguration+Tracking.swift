extension VirtualRouterConfiguration {
  /// Which services must have their quorum.
  package enum WatchedServices: Hashable, Sendable {
    /// At least one of these, the services on its addresses, whose names the reader fills in; none: there are none.
    case ofAddresses([String])
    /// Each of these.
    case listed([Tracked])

    /// Those on its addresses, where they are what it watches.
    package var ofAddresses: [String] {
      switch self {
      case .ofAddresses(let names): names
      case .listed: []
      }
    }

    /// Those that are listed.
    package var listed: [Tracked] {
      switch self {
      case .ofAddresses: []
      case .listed(let services): services
      }
    }
  }

  /// Something that must be well: an interface, or a service's quorum.
  package struct Tracked: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// What is added to the priority while it is not well, -253 to -1; none: an interface
    /// has the router give the addresses up, a service takes the priority to 1.
    package var weight: Int?

    /// Joins the two.
    package init(_ name: String, weight: Int? = nil) {
      self.name = name
      self.weight = weight
    }
  }

  /// A program that is run again and again, and says with its exit status whether all is well.
  package struct Script: Hashable, Sendable {
    /// What people call it: 1 to 63 of `A-Z a-z 0-9 . _ -`.
    package var name: String
    /// The program by its absolute path, and its arguments.
    package var command: [String]
    /// From start to start: 100 ms to 1 hour.
    package var interval: Duration
    /// How long it may run: 10 ms to the interval.
    package var timeout: Duration
    /// So many successes in a row end a failure: 1 to 100.
    package var rise: Int
    /// So many failures in a row count: 1 to 100.
    package var fall: Int
    /// What is added to the priority while it fails, -253 to -1; none: the router gives the addresses up.
    package var weight: Int?

    /// Joins the parts; the defaults are the reference's.
    package init(
      name: String, command: [String], interval: Duration = .seconds(1),
      timeout: Duration = .milliseconds(800),
      rise: Int = 2, fall: Int = 3, weight: Int? = nil
    ) {
      self.name = name
      self.command = command
      self.interval = interval
      self.timeout = timeout
      self.rise = rise
      self.fall = fall
      self.weight = weight
    }
  }
}
