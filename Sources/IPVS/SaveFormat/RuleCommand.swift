/// What a line does; the first word says it.
enum RuleCommand: CaseIterable {
  case addService, editService, deleteService
  case addServer, editServer, deleteServer
  case clear, zero, set, startDaemon, stopDaemon
  /// Commands of ipvsadm that show something, or that read or write a whole file.
  case list, save, restore, help, version

  /// The long name, without dashes.
  var name: String {
    switch self {
    case .addService: "add-service"
    case .editService: "edit-service"
    case .deleteService: "delete-service"
    case .addServer: "add-server"
    case .editServer: "edit-server"
    case .deleteServer: "delete-server"
    case .clear: "clear"
    case .zero: "zero"
    case .set: "set"
    case .startDaemon: "start-daemon"
    case .stopDaemon: "stop-daemon"
    case .list: "list"
    case .save: "save"
    case .restore: "restore"
    case .help: "help"
    case .version: "version"
    }
  }

  /// The letters that stand for it.
  var letters: String {
    switch self {
    case .addService: "A"
    case .editService: "E"
    case .deleteService: "D"
    case .addServer: "a"
    case .editServer: "e"
    case .deleteServer: "d"
    case .clear: "C"
    case .zero: "Z"
    case .set, .startDaemon, .stopDaemon: ""
    case .list: "Ll"
    case .save: "S"
    case .restore: "R"
    case .help: "h"
    case .version: "v"
    }
  }

  /// The commands by their long names.
  static let byName = Dictionary(allCases.map { ($0.name, $0) }) { first, _ in first }
  /// The commands by their letters.
  static let byLetter = Dictionary(
    allCases.flatMap { command in command.letters.compactMap(\.asciiValue).map { ($0, command) } }
  ) { first, _ in first }

  /// Whether a file can ask for it.
  var isRule: Bool {
    switch self {
    case .list, .save, .restore, .help, .version: false
    default: true
    }
  }

  /// Whether `master` or `backup` follows.
  var takesRole: Bool { self == .startDaemon || self == .stopDaemon }

  /// Which options may follow.
  func allows(_ option: RuleOption) -> Bool {
    switch self {
    case .addService, .editService: option.isServiceKey || option.isServiceSetting
    case .deleteService, .zero: option.isServiceKey
    case .addServer, .editServer: option.isServiceKey || option == .realServer || option.isServerSetting
    case .deleteServer: option.isServiceKey || option == .realServer
    case .startDaemon: option.isDaemonSetting
    case .stopDaemon: option == .syncID
    default: false
    }
  }
}
