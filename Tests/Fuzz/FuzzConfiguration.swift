import Configuration

/// libFuzzer's entry: any bytes are a file, and what can be read must be written and read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let reading = ConfigurationReader.read(bytes, file: "fuzz.yaml")
  for diagnostic in reading.diagnostics { precondition(!diagnostic.rendered.isEmpty) }
  precondition((reading.configuration == nil) == reading.diagnostics.contains { $0.severity == .error })
  if let configuration = reading.configuration {
    let text = ConfigurationWriter.write(configuration)
    let again = ConfigurationReader.read(Array(text.utf8), file: "again.yaml")
    precondition(again.configuration == configuration, text)
    _ = reading.checked(against: []).diagnostics.map(\.rendered)
  }
  return 0
}
