import NIOSSL

/// A certificate authority of a test's own.
struct Authority {
  /// The file of its certificate.
  let file: String

  private let directory: TemporaryDirectory
  private let name: String

  /// Founds an authority whose files carry its name.
  init(_ name: String, in directory: TemporaryDirectory, isExpired: Bool = false) throws {
    self.directory = directory
    self.name = name
    file = directory.file("\(name).crt")
    let key = directory.file("\(name).key")
    let request = directory.file("\(name).csr")
    let constraints = "basicConstraints=critical,CA:TRUE"
    try Command.run(
      ["openssl", "req", "-new"] + newKey + ["-keyout", key, "-out", request]
        + ["-subj", "/CN=\(name)", "-addext", constraints])
    try Command.run(
      ["openssl", "x509", "-req", "-in", request, "-signkey", key, "-copy_extensions", "copy", "-out", file]
        + ["-days", isExpired ? "-1" : "10"])
  }

  /// Issues a server's certificate, and its key, for names as openssl writes them: `DNS:kubernetes,IP:127.0.0.1`.
  func issue(_ names: String, isExpired: Bool = false) throws -> Identity {
    let base = directory.file("\(name)-\(names.map { $0.isLetter || $0.isNumber ? $0 : "-" })-\(isExpired)")
    let (key, request, certificate) = ("\(base).key", "\(base).csr", "\(base).crt")
    try Command.run(
      ["openssl", "req", "-new"] + newKey + ["-keyout", key, "-out", request]
        + ["-subj", "/CN=server", "-addext", "subjectAltName=\(names)"])
    try Command.run(
      ["openssl", "x509", "-req", "-in", request, "-CA", file, "-CAkey", directory.file("\(name).key")]
        + ["-CAcreateserial", "-copy_extensions", "copy", "-out", certificate]
        + ["-days", isExpired ? "-1" : "10"])
    return Identity(certificateFile: certificate, keyFile: key)
  }

  private var newKey: [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
  }
}
