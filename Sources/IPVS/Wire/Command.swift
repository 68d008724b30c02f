/// The family's commands (`IPVS_CMD_*` of `linux/ip_vs.h`).
package enum Command: UInt8, Sendable {
  /// IPVS_CMD_NEW_SERVICE.
  case newService = 1
  /// IPVS_CMD_SET_SERVICE.
  case setService = 2
  /// IPVS_CMD_DEL_SERVICE.
  case deleteService = 3
  /// IPVS_CMD_GET_SERVICE.
  case getService = 4
  /// IPVS_CMD_NEW_DEST.
  case newDestination = 5
  /// IPVS_CMD_SET_DEST.
  case setDestination = 6
  /// IPVS_CMD_DEL_DEST.
  case deleteDestination = 7
  /// IPVS_CMD_GET_DEST.
  case getDestination = 8
  /// IPVS_CMD_NEW_DAEMON.
  case newDaemon = 9
  /// IPVS_CMD_DEL_DAEMON.
  case deleteDaemon = 10
  /// IPVS_CMD_GET_DAEMON.
  case getDaemon = 11
  /// IPVS_CMD_SET_CONFIG.
  case setConfig = 12
  /// IPVS_CMD_GET_CONFIG.
  case getConfig = 13
  /// IPVS_CMD_SET_INFO: only the kernel says it.
  case setInfo = 14
  /// IPVS_CMD_GET_INFO.
  case getInfo = 15
  /// IPVS_CMD_ZERO.
  case zero = 16
  /// IPVS_CMD_FLUSH.
  case flush = 17
}
