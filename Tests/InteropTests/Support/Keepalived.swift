import TestSupport

extension LAN {
  /// Starts keepalived on a host with one instance: id 51, and what `lines` say.
  func keepalived(on host: Int, priority: Int, interval: String, address: String, _ lines: [String]) throws
    -> Program
  {
    let file = try Files.write(
      """
      global_defs { script_user root }
      vrrp_instance vip {
        state BACKUP
        interface eth0
        virtual_router_id 51
        priority \(priority)
        advert_int \(interval)
        \(lines.joined(separator: "\n  "))
        virtual_ipaddress {
          \(address)
        }
      }

      """, to: "keepalived-\(host).conf")
    // One that was killed leaves its files, and the next one would believe that it still runs.
    let prefix = "\(Files.directory)/keepalived-\(host)-\(Program.started)"
    return try start(
      [
        "keepalived", "--dont-fork", "--log-console", "--vrrp", "--use-file", file, "--pid", "\(prefix).pid",
        "--vrrp_pid", "\(prefix)-vrrp.pid",
      ], on: host)
  }
}
