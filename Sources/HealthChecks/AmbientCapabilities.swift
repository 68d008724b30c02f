internal import CKernel

/// The capabilities that the programs which the calling thread starts inherit: its ambient set (capabilities(7)).
enum AmbientCapabilities {
  /// Runs with none of them; afterwards the thread has them again, for what needs them.
  static func without<Result>(_ body: () -> Result) -> Result {
    let held = (0..<UInt(64)).filter { pintle_ambient(UInt(PR_CAP_AMBIENT_IS_SET), $0) == 1 }
    for capability in held { _ = pintle_ambient(UInt(PR_CAP_AMBIENT_LOWER), capability) }
    defer { for capability in held { _ = pintle_ambient(UInt(PR_CAP_AMBIENT_RAISE), capability) } }
    return body()
  }
}
