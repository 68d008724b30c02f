internal import Glibc

/// What the kernel itself takes from IPv6 router advertisements: default routes and addresses.
///
/// A host that begins to forward drops such routes and hears no more advertisements, but on interfaces whose `accept_ra`
/// is 2 (Documentation/networking/ip-sysctl.rst). Those that a network manager listens to in the kernel's place are like
/// any other.
package enum AdvertisedRoutes {
  private static let folder = "/proc/sys/net/ipv6/conf"

  /// The parameters by which the interfaces that listen now go on to do so while the host forwards, as ``ParameterKeeper``
  /// takes them.
  ///
  /// Whether an advertisement has come yet does not matter: it may come a moment later. Interfaces that come later have
  /// what `default` says.
  package static var parameters: [String: String] {
    var parameters: [String: String] = [:]
    guard let directory = unsafe opendir(folder) else { return [:] }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix("."), name != "all", name != "lo", value("accept_ra", of: name) == "1",
        value("forwarding", of: name) == "0"
      else { continue }
      parameters["net/ipv6/conf/\(name)/accept_ra"] = "2"
    }
    return parameters
  }

  private static func value(_ parameter: String, of interface: String) -> Substring? {
    lines(ofFile: "\(folder)/\(interface)/\(parameter)").first
  }
}
