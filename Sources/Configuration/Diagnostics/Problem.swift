/// What is wrong, in words, and what it may have been meant to be.
///
/// The sentences stand in the extensions of this type, by the step that finds them.
package struct Problem: Hashable, Sendable, Error {
  /// Whether a configuration with this problem can be used.
  package enum Severity: String, Hashable, Sendable {
    /// The file cannot be used.
    case error
    /// The file can be used, and may not do what is wanted.
    case warning
  }

  /// The kinds of problems.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    // The file.
    case tooLarge, notText, notUTF8, forbiddenCharacter, tabIndentation, empty, tooManyProblems
    // Its YAML.
    case syntax, anchor, alias, tag, mergeKey, severalDocuments, tooDeep, keyNotText, duplicateKey
    // Keys and values.
    case unknownKey, missingKey, wrongType, unknownWord, malformed, outOfRange, noUnit, emptyList
    case conflictingKeys, needlessKey, nothingConfigured
    // What the values say together: services.
    case notVirtualAddress, notServerAddress, duplicateName, duplicateService, duplicateServer
    case virtualAddressAsServer, familyMismatch, portTranslation, portZero, thresholds
    case foreignSchedulerFlag, schedulerWithoutFallback, onePacketProtocol, sourceNATWithoutNAT
    case sourceNATWithoutAddress, translatedBesideDirect, loopbackServer
    case checkWithoutPort, protocolWithoutCheck, timeoutAboveInterval, sourceFamily, quorumAboveServers
    // Virtual routers and the connection sync.
    case ownerPriority, telltalePriority, duplicateRouter, duplicateAddress, routerFamily
    case peerIsVirtualAddress
    case unknownService, serviceElsewhere, stationaryService, syncWithMixedFamilies, version2OverIPv6
    case lonelyGroup
    // The host.
    case unknownInterface, notOnNetwork, peerIsThisHost, directsToItself, directsInCircles
    case syncsApart, translatesForItself

    /// How bad a problem of this kind is.
    package var severity: Severity {
      switch self {
      case .schedulerWithoutFallback, .loopbackServer, .ownerPriority, .telltalePriority, .serviceElsewhere,
        .stationaryService, .lonelyGroup, .directsToItself, .directsInCircles, .syncsApart,
        .translatesForItself:
        .warning
      default: .error
      }
    }
  }

  /// The kind.
  package let code: Code
  /// The sentence, without a capital at its beginning or a stop at its end.
  package let text: String
  /// What to do about it, or what may have been meant.
  package let hint: String?

  init(_ code: Code, _ text: String, hint: String? = nil) {
    self.code = code
    self.text = text
    self.hint = hint
  }

  /// A piece of the file in quotes, cut to a length that a sentence can bear, with nothing a terminal would obey.
  static func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(48)
    let escaped = shown.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : String($0) }
      .joined()
    return "'\(escaped)\(text.unicodeScalars.count > shown.count ? "…" : "")'"
  }

  /// The question after a word that is not known, or else the words that are.
  static func suggestion(for word: String, among known: [String], list: String) -> String? {
    if let meant = Suggestion.nearest(to: word, among: known) { return "did you mean '\(meant)'?" }
    let shown = known.prefix(20).joined(separator: ", ")
    return known.isEmpty ? nil : "\(list): \(shown)\(known.count > 20 ? ", …" : "")"
  }
}
