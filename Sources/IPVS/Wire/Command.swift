/// The family's commands (`IPVS_CMD_*` of `linux/ip_vs.h`).
package enum Command: UInt8, Sendable {
  case newService = 1
  case setService = 2
  case deleteService = 3
  case getService = 4
  case newDestination = 5
  case setDestination = 6
  case deleteDestination = 7
  case getDestination = 8
  case newDaemon = 9
  case deleteDaemon = 10
  case getDaemon = 11
  case setConfig = 12
  case getConfig = 13
  case setInfo = 14
  case getInfo = 15
  case zero = 16
  case flush = 17
}
