import IPVS
import Model
import Netlink

/// libFuzzer's entry: any bytes are the attributes of an answer, and each decoder reads or refuses them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNetlink(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let span = bytes.span.bytes
  _ = try? ServiceStatus(decoding: span)
  _ = try? ServerStatus(decoding: span, serviceFamily: .ipv4)
  _ = try? ServerStatus(decoding: span, serviceFamily: .ipv6)
  _ = try? SyncDaemon(decoding: span)
  _ = try? ConnectionTimeouts(decoding: span)
  _ = try? TrafficStatistics(decoding: span)
  return 0
}
