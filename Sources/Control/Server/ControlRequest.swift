package import NIOHTTP1

/// What a client asks.
package struct ControlRequest: Sendable {
  /// GET or POST.
  package let method: HTTPMethod
  /// The path without the query.
  package let path: String
  /// The query's values by name, decoded; a name without a value has the empty one.
  package let query: [String: String]
  /// The body; empty where there is none.
  package let body: [UInt8]

  /// Takes a request's target apart.
  package init(_ method: HTTPMethod, target: String, body: [UInt8] = []) {
    self.method = method
    self.body = body
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    let pairs = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (words[0].percentDecoded, words.count > 1 ? words[1].percentDecoded : "")
    }
    query = Dictionary(pairs) { $1 }
  }
}

extension Substring {
  /// The text with its `%41` read; a `%` that begins nothing is itself.
  fileprivate var percentDecoded: String {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      // A sign would be part of a number, but is no digit.
      if byte == UInt8(ascii: "%"), digits.count == 2, digits.first != UInt8(ascii: "+"),
        digits.first != UInt8(ascii: "-"),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
