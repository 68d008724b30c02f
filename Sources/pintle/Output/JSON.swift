internal import FoundationEssentials

/// Writes a value as JSON: keys in order, so that two outputs compare line by line.
func writeJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  let data = try encoder.encode(value)
  writeOutput(String(decoding: data, as: UTF8.self) + "\n")
}
