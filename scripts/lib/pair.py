"""A pair of directors on a network of their own, run by Pintle or by keepalived, and what may happen to it.

    client 10.1.0.100 ── director1, director2 ── server1 10.0.0.11, server2 10.0.0.12

Both directors forward by NAT without a translated source: 10.1.0.250:6443 floats on the clients' side and 10.0.0.254,
the servers' gateway, on the other. Hosts are network namespaces; each pair has a switch and names of its own, so that
several can be there at once. To be imported inside the lab.
"""
import ctypes, fcntl, glob, os, re, signal, socket, struct, subprocess, time

LIBC = ctypes.CDLL(None, use_errno=True)
VIP, GATEWAY, PORT = "10.1.0.250", "10.0.0.254", 6443
PRIORITY = {"director1": 150, "director2": 100}
LIMIT = 25  # seconds that anything may take


def shell(line, check=True):
    done = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if check and done.returncode:
        raise RuntimeError(f"`{line}` ended with {done.returncode}: {done.stdout}")
    return done.stdout


def wait_for(what, condition, limit=LIMIT):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {limit} s in vain: {what}")
        time.sleep(0.1)


class Pair:
    """Hosts, and the daemons of one program on two of them. `interval` is in seconds."""

    def __init__(self, name, program, interval, pintle):
        self.name, self.program, self.interval, self.pintle = name, program, interval, pintle
        self.folder = f"/run/pairs/{name}"
        self.daemons, self.listeners, self.frozen = {}, [], {}
        os.makedirs(self.folder, exist_ok=True)
        lines = ["set -e", f"ip netns add {name}-switch",
                 f"ip -n {name}-switch link add lan type bridge mcast_snooping 0", f"ip -n {name}-switch link set lan up"]
        addresses = {"client": ["10.1.0.100/24"], "server1": ["10.0.0.11/24"], "server2": ["10.0.0.12/24"],
                     "director1": ["10.0.0.1/24", "10.1.0.1/24"], "director2": ["10.0.0.2/24", "10.1.0.2/24"]}
        for host, own in addresses.items():
            lines += [f"ip netns add {name}-{host}",
                      f"ip -n {name}-switch link add {host} type veth peer name eth0 netns {name}-{host}",
                      f"ip -n {name}-switch link set {host} master lan up",
                      f"ip -n {name}-{host} link set lo up", f"ip -n {name}-{host} link set eth0 up"]
            lines += [f"ip -n {name}-{host} address add {address} dev eth0" for address in own]
        lines += [f"ip -n {name}-{host} route add default via {GATEWAY}" for host in ("server1", "server2")]
        lines += [f"ip netns exec {name}-{host} sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 "
                  "net.ipv4.conf.default.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0"
                  for host in ("director1", "director2")]
        shell("\n".join(lines))
        # Faults come by it, without another process: in an emulator one takes as long as what is to be measured.
        enter(f"{name}-switch")
        self.switch = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ports = {host: socket.if_nametoindex(host) for host in PRIORITY}
        enter(f"{name}-client")

    def close(self):
        self.switch.close()
        for host in list(self.daemons):
            self.signal(host, signal.SIGKILL)
        shell(f"for h in $(ip netns list | cut -d' ' -f1 | grep '^{self.name}-'); do ip netns del $h; done")

    def on(self, host, line, check=True):
        return shell(f"ip netns exec {self.name}-{host} {line}", check)

    # Daemons

    def configuration(self, host):
        peer = "10.0.0.2" if host == "director1" else "10.0.0.1"
        own = "10.0.0.1" if host == "director1" else "10.0.0.2"
        if self.program == "pintle":
            return f"""services:
  - name: api
    address: {VIP}:{PORT}
    sourceNAT: none
    scheduler: rr
    servers: [10.0.0.11, 10.0.0.12]
    check: {{tcp: {{}}, interval: 3s, timeout: 3s, fall: 5, rise: 1}}
virtualRouters:
  - name: pair
    interface: eth0
    id: 51
    priority: {PRIORITY[host]}
    advertisementInterval: {round(self.interval * 1000)}ms
    addresses: [{VIP}/32, {GATEWAY}/32]
    peers: [{peer}]
connectionSync: {{interface: eth0, id: 51}}
"""
        servers = "".join(f" real_server 10.0.0.1{n} {PORT} {{\n  weight 1\n  TCP_CHECK {{\n   connect_timeout 3\n   retry 5\n  }}\n }}\n"
                          for n in (1, 2))
        return f"""global_defs {{
 vrrp_rt_priority 40
 vrrp_no_swap
 vrrp_rlimit_rttime 5000000
 lvs_sync_daemon eth0 pair id 51
}}
vrrp_instance pair {{
 state BACKUP
 interface eth0
 virtual_router_id 51
 priority {PRIORITY[host]}
 version 3
 advert_int {self.interval}
 unicast_src_ip {own}
 unicast_peer {{
  {peer}
 }}
 virtual_ipaddress {{
  {VIP}/32
  {GATEWAY}/32
 }}
}}
virtual_server {VIP} {PORT} {{
 delay_loop 3
 lb_algo rr
 lb_kind NAT
 protocol TCP
{servers}}}
"""

    def start(self, host):
        path = f"{self.folder}/{host}.conf"
        with open(path, "w") as file:
            file.write(self.configuration(host))
        if self.program == "pintle":
            command = [self.pintle, "run", "--config", path, "--runtime-directory", f"{self.folder}/{host}"]
        else:
            for kind in ("k", "v", "c"):
                if os.path.exists(f"{self.folder}/{kind}-{host}"):
                    os.unlink(f"{self.folder}/{kind}-{host}")
            command = ["keepalived", "--dont-fork", "--log-console", "--use-file", path, "--pid", f"{self.folder}/k-{host}",
                       "--vrrp_pid", f"{self.folder}/v-{host}", "--checkers_pid", f"{self.folder}/c-{host}"]
        with open(f"{self.folder}/{host}.log", "a") as log:
            self.daemons[host] = subprocess.Popen(["ip", "netns", "exec", f"{self.name}-{host}"] + command,
                                                  start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def signal(self, host, number):
        """A signal to the daemon of a host; SIGKILL reaches all of its processes, and is waited for."""
        daemon = self.daemons.get(host)
        if not daemon:
            return
        try:
            (os.killpg if number == signal.SIGKILL else os.kill)(daemon.pid, number)
        except ProcessLookupError:
            pass
        if number == signal.SIGKILL:
            daemon.wait()
            del self.daemons[host]

    def reset(self, host):
        """What a host has after a power loss: nothing of the daemon's."""
        self.signal(host, signal.SIGKILL)
        send(signal.SIGKILL, self.frozen.pop(host, []))
        self.on(host, f"""sh -c 'ipvsadm -C; ipvsadm --stop-daemon master; ipvsadm --stop-daemon backup
            ip address del {VIP}/32 dev eth0; ip address del {GATEWAY}/32 dev eth0; nft flush ruleset' """, False)
        shell(f"rm -rf {self.folder}/{host}")
        self.cable(host, True)

    def cable(self, host, is_plugged):
        """The link of a host."""
        shell(f"ip -n {self.name}-switch link set {host} {'up' if is_plugged else 'down'} master lan", False)

    def unplug(self, host):
        """The link of a host goes: it notices."""
        fcntl.ioctl(self.switch, 0x8914, struct.pack("16sh14x", host.encode(), 0))  # SIOCSIFFLAGS, none of them IFF_UP

    def power_off(self, host):
        """All at once, and nothing that it could still say gets out; its memory goes with `reset`.

        What has no power computes nothing: its processes stand still, and end when nobody measures. To end one takes an
        emulator's processor tens of milliseconds, which the others would wait for.
        """
        fcntl.ioctl(self.switch, 0x89A3, struct.pack("16si20x", b"lan", self.ports[host]))  # SIOCBRDELIF
        daemon = self.daemons[host].pid
        os.killpg(daemon, signal.SIGSTOP)
        # What the daemon has started belongs to it, in whatever process group it is.
        self.frozen[host] = [int(child) for file in glob.glob(f"/proc/{daemon}/task/*/children")
                             for child in open(file).read().split()]
        send(signal.SIGSTOP, self.frozen[host])

    # What is

    # Read without another process: in an emulator a process costs what it is to measure.

    def read(self, host, file):
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        enter(f"{self.name}-{host}")
        try:
            with open(f"/proc/thread-self/net/{file}") as text:
                return text.read()
        finally:
            LIBC.setns(own, 0)
            os.close(own)

    def holds(self, host):
        return f" {VIP}\n" in self.read(host, "fib_trie")

    def servers(self, host):
        """How many take connections: a Backup has those in its table, too, that are out."""
        return len(re.findall(r"Masq +[1-9]", self.read(host, "ip_vs")))

    def known(self, host):
        return self.read(host, "ip_vs_conn").count("ESTABLISHED")

    def await_advertisement(self):
        """Returns when director2 hears the next one of its peer."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        enter(f"{self.name}-director2")
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_RAW, 112) as one:
                one.settimeout(LIMIT)
                one.recv(4096)
        finally:
            LIBC.setns(own, 0)
            os.close(own)

    def log(self, host):
        return shell(f"tail -n 30 {self.folder}/{host}.log", False)

    def listen(self, host):
        """A listening socket on a server's host; this process gets into the client's host for all that it opens later."""
        enter(f"{self.name}-{host}")
        one = socket.create_server(("0.0.0.0", PORT), backlog=1024)
        one.setblocking(False)
        self.listeners.append(one)
        enter(f"{self.name}-client")


def send(number, processes):
    """A signal to processes, of which some may have ended."""
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


def enter(namespace):
    """Has this thread's new sockets in a network namespace."""
    descriptor = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if LIBC.setns(descriptor, 0):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(descriptor)
