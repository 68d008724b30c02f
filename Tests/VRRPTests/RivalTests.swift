import Model
import Testing
import VRRP

@Suite("An Active router with a rival")
struct RivalTests {
  @Test("Each word of a rival that hears nobody is answered, and four times a second the link is told anew")
  func endless() throws {
    var router = PolicyTests.backup(try settings())
    _ = router.handle(.timer, at: at(3609.375))
    var answers = 0
    var announcements = 0
    for time in stride(from: 3800.0, to: 6800, by: 100) {
      for action in router.handle(.advertisement(try advert(50), from: PolicyTests.other), at: at(time)) {
        switch action {
        case .send: answers += 1
        case .announce: announcements += 1
        case .addAddresses, .removeAddresses, .transition, .report: break
        }
      }
    }
    #expect(answers == 30)
    #expect(announcements == 12)
  }
}
