import Model
import VRRP

/// What happens to a network and to its routers.
extension SimulatedLAN {
  mutating func disturb() {
    let index = Int.random(in: nodes.indices, using: &random)
    let other = Int.random(in: nodes.indices, using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1:
      isCut[index * nodes.count + other].toggle()
    case 2:
      isCut = isCut.map { _ in false }
    case 3:
      crash(index)
    case 4, 5:
      sleep(index)
    case 6:
      let change = Int.random(in: -200...100, using: &random)
      tell(.adjust("script", change > 0 ? nil : .priority(change)), to: index)
    case 7:
      tell(.adjust("link", Bool.random(using: &random) ? .fault : nil), to: index)
    case 8:
      tell(Bool.random(using: &random) ? .handOver : .resume, to: index)
    case 9:
      tell(Bool.random(using: &random) ? .stop : .start, to: index)
    case 10:
      tell(.adjust("learns", Bool.random(using: &random) ? .noPreemption : nil), to: index)
    default:
      loss = Int.random(in: 0...90, using: &random)
    }
  }

  /// Makes the network whole and wakes whoever sleeps; those that are down or faulty stay so half of the time.
  mutating func heal() {
    loss = 0
    duplication = 0
    isCut = isCut.map { _ in false }
    for index in nodes.indices {
      wake(index)
      if Bool.random(using: &random) {
        restart(index)
        tell(.adjust("link", nil), to: index)
        tell(.start, to: index)
      }
    }
    watch.healed(at: now)
  }

  mutating func restart(_ index: Int) {
    guard !nodes[index].isUp else { return }
    // A new one: a leftover address was removed before the first advertisement.
    nodes[index] = Node(nodes[index].settings)
    nodes[index].isUp = true
    handle(.start, at: index)
  }

  mutating func wake(_ index: Int) {
    guard nodes[index].sleepsUntil != nil else { return }
    nodes[index].sleepsUntil = nil
    guard nodes[index].isUp else { return }
    let waiting = nodes[index].waiting
    nodes[index].waiting = []
    for message in waiting {
      hear(message, at: index)
    }
    handle(.timer, at: index)
    checkAwakening(of: index)
  }

  /// Ends a router, or begins it anew.
  mutating func failOrReturn(_ index: Int) {
    watch.hasFailure = true
    if !nodes[index].isUp {
      restart(index)
    } else if nodes[index].router.role == .initialize {
      tell(.adjust("link", nil), to: index)
      tell(.start, to: index)
    } else if Bool.random(using: &random) {
      crash(index)
    } else {
      let holds = nodes[index].hasAddresses
      tell(.stop, to: index)
      if holds, !nodes.contains(where: \.hasAddresses) { watch.released(at: now) }
    }
  }

  /// Its power fails: it says nothing, and has no addresses.
  private mutating func crash(_ index: Int) {
    guard nodes[index].isUp else { return }
    nodes[index].isUp = false
    nodes[index].holding = []
    nodes[index].sleepsUntil = nil
    nodes[index].waiting = []
    nodes[index].scheduled = .max
    if Int.random(in: 0..<4, using: &random) > 0 {
      queue.push(.restart(index), at: now + Int64.random(in: 0...watch.longest * 8, using: &random))
    }
  }

  private mutating func sleep(_ index: Int) {
    guard nodes[index].isUp, nodes[index].sleepsUntil == nil else { return }
    let until = now + Int64.random(in: 1...watch.longest * 20, using: &random)
    nodes[index].sleepsUntil = until
    nodes[index].sleepsSince = now
    nodes[index].losesWhileAsleep = Bool.random(using: &random)
    // An event that was to wake it after the healing finds it awake.
    queue.push(.wake(index), at: until)
  }

  private mutating func tell(_ event: VirtualRouter.Event, to index: Int) {
    guard nodes[index].isUp, nodes[index].sleepsUntil == nil else { return }
    handle(event, at: index)
  }
}
