/// Things in the order of their time, and of their coming where the time is the same: a binary heap.
struct EventQueue<Element> {
  private struct Entry {
    var time: Int64
    var order: Int
    var element: Element

    static func < (left: Entry, right: Entry) -> Bool {
      left.time != right.time ? left.time < right.time : left.order < right.order
    }
  }

  private var heap: [Entry] = []
  private var order = 0

  /// Adds something that happens at a time.
  mutating func push(_ element: Element, at time: Int64) {
    heap.append(Entry(time: time, order: order, element: element))
    order += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes what happens next.
  mutating func pop() -> (time: Int64, element: Element)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
          least = child
        }
        if least == parent { break }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    return (first.time, first.element)
  }
}
