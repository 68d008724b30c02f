internal import CKernel
internal import Glibc

/// The machine code of this program and its libraries, as far as it is in memory.
package enum ProgramText {
  /// Gives the kernel's pages of it back: those that are used again come again from the page cache, in next to no time,
  /// and those that only a start uses, most of them, do not (madvise(2), MADV_DONTNEED).
  ///
  /// Pages that are locked in memory stay.
  package static func release() {
    for (start, end) in mappings {
      guard let address = unsafe UnsafeMutableRawPointer(bitPattern: start) else { continue }
      // Nobody writes into code, so that nothing is lost.
      _ = unsafe madvise(address, end - start, MADV_DONTNEED)
    }
  }

  /// Where files are mapped to be executed: `START-END r-xp OFFSET DEVICE INODE PATH` (proc_pid_maps(5)).
  private static var mappings: [(start: Int, end: Int)] {
    lines(ofFile: "/proc/self/maps").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count >= 6, fields[1] == "r-xp", fields[5].first == "/" else { return nil }
      let bounds = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
      return bounds.count == 2 ? (bounds[0], bounds[1]) : nil
    }
  }
}
