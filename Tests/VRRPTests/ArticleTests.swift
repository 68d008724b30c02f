import Glibc
import Model
import Testing
import VRRP

/// The example of the library's page, which is this code.
@Suite("The library's page")
struct ArticleTests {
  @Test("Its example takes over from a silent router, and says so first")
  func example() throws {
    // snippet
    guard let id = VirtualRouterID(51) else { return }
    let settings = try VirtualRouter.Settings(
      version: .v3, id: id, priority: Priority(150), interval: .default,
      addresses: VirtualAddresses([.ipv4(IPv4Address(10, 1, 0, 100))]),
      ownAddress: .ipv4(IPv4Address(10, 1, 0, 1)))
    var router = VirtualRouter(settings)
    var sent: [Advertisement] = []
    var held: [IPAddress] = []
    func perform(_ actions: [VirtualRouter.Action]) {
      for action in actions {
        switch action {
        case .send(let advertisement): sent.append(advertisement)
        case .addAddresses(let addresses): held += addresses
        case .removeAddresses(let addresses): held.removeAll { addresses.contains($0) }
        case .announce, .transition, .report: break
        }
      }
    }
    perform(router.handle(.start, at: Instant(nanoseconds: 0)))
    while router.role != .active, let deadline = router.deadline {
      perform(router.handle(.timer, at: deadline))
    }
    // end
    #expect(sent.map(\.priority.value) == [150])
    #expect(held == settings.addresses.list)
  }

  @Test("Its example is on the page, line by line")
  func isOnThePage() throws {
    let own = try text("\(#filePath)").split(separator: "\n")
    let start = try #require(own.firstIndex { $0.contains("// snippet") })
    let end = try #require(own.firstIndex { $0.contains("// end") })
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    let page = try text("\(root)/Sources/VRRP/VRRP.docc/VRRP.md")
    let example = own[(start + 1)..<end].map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(page.contains(example))
  }

  private func text(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
