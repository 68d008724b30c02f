extension HealthCheck {
  /// Requests, one after the other over one connection, each with the answer that is expected.
  public struct HTTP: Hashable, Sendable {
    /// The requests, at least one; the server must keep the connection until the last.
    public var requests: [Request]
    /// What is sent with each request, in this order, beside or in place of what a check sends by itself.
    public var headers: [Header]
    /// The file of the bearer token that is sent with each request; nil: none.
    public var tokenFile: String?

    /// Makes a check of several requests.
    public init(_ requests: [Request], headers: [Header] = [], tokenFile: String? = nil) {
      self.requests = requests
      self.headers = headers
      self.tokenFile = tokenFile
    }

    /// Makes a check of one request; the default expects any 2xx.
    public init(
      path: String = "/", expectedStatus: [ClosedRange<Int>] = [200...299], expectedBody: String? = nil
    ) {
      self.init([Request(path: path, expectedStatus: expectedStatus, expectedBody: expectedBody)])
    }
  }
}

extension HealthCheck.HTTP {
  /// A request and the answer that is expected.
  public struct Request: Hashable, Sendable {
    /// The request target, beginning with "/"; a query may follow.
    public var path: String
    /// The statuses that count as healthy, each range within 100 to 599.
    public var expectedStatus: [ClosedRange<Int>]
    /// What must stand anywhere in the body, byte for byte; nil: nothing.
    public var expectedBody: String?

    /// Makes a request; the default expects any 2xx.
    public init(
      path: String = "/", expectedStatus: [ClosedRange<Int>] = [200...299], expectedBody: String? = nil
    ) {
      self.path = path
      self.expectedStatus = expectedStatus
      self.expectedBody = expectedBody
    }
  }

  /// A header of a request.
  public struct Header: Hashable, Sendable {
    /// Its name, a token of RFC 9110.
    public var name: String
    /// Its value, without line breaks.
    public var value: String

    /// Joins a name and a value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}
