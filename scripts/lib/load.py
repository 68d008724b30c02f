"""What a pair of directors carries: a client's connections, and the servers that answer them. For scripts/lib/pair.py."""
import os, select, socket, struct, sys, time
sys.dont_write_bytecode = True
from pair import PORT, VIP, enter


class Load:
    """The client and the servers: new connections at a steady pace, and long-lived ones, half pushed and half idle."""

    def __init__(self, pair, every, count, push=0.05):
        self.pair, self.every, self.push = pair, every, push
        # There may be other pairs, which have the same addresses.
        enter(f"{pair.name}-client")
        self.poll = select.epoll()
        self.served, self.attempts, self.long = {}, {}, {}
        self.pushing, self.times = [], []
        self.made = self.failed = 0
        self.errors, self.slowest = [], 0
        self.listeners = {one.fileno(): one for one in pair.listeners}
        for descriptor in self.listeners:
            self.poll.register(descriptor, select.EPOLLIN)
        self.next_attempt = self.next_push = time.monotonic()
        for index in range(count):
            one = Long(index % 2 == 0)
            self.long[one.socket.fileno()] = one
            self.poll.register(one.socket.fileno(), select.EPOLLIN)
            self.run(0.02, is_knocking=False)

    def run(self, seconds, is_knocking=True, until=lambda: False):
        """Does everybody's work for a while."""
        end = time.monotonic() + seconds
        self.next_attempt = max(self.next_attempt, time.monotonic())
        while (now := time.monotonic()) < end and not until():
            if is_knocking and now >= self.next_attempt:
                self.next_attempt = max(self.next_attempt + self.every, now)
                self.attempt(now)
            if now >= self.next_push:
                self.next_push = now + self.push
                for one in self.pushing:
                    self.say(one, b"push\n")
            wakeup = min(end, self.next_push, self.next_attempt if is_knocking else end)
            for descriptor, events in self.poll.poll(max(0, wakeup - time.monotonic())):
                self.handle(descriptor, time.monotonic())

    def attempt(self, now):
        one = socket.socket()
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.connect_ex((VIP, PORT))
        self.attempts[one.fileno()] = (one, now)
        self.poll.register(one.fileno(), select.EPOLLOUT)
        self.made += 1

    def handle(self, descriptor, now):
        if descriptor in self.listeners:
            try:
                while True:
                    one, _ = self.listeners[descriptor].accept()
                    one.setblocking(False)
                    self.served[one.fileno()] = one
                    self.poll.register(one.fileno(), select.EPOLLIN)
            except BlockingIOError:
                pass
            except OSError:
                pass
        elif descriptor in self.attempts:
            one, begun = self.attempts.pop(descriptor)
            self.slowest = max(self.slowest, now - begun)
            self.poll.unregister(descriptor)
            if error := one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.failed += 1
                self.errors.append(os.strerror(error))
            else:
                self.times.append(now)
            one.close()
        elif descriptor in self.served:
            one = self.served[descriptor]
            if text := receive(one):
                if b"push" in text:
                    self.pushing.append(one)
                self.say(one, text)
            elif text is not None:
                self.poll.unregister(descriptor)
                del self.served[descriptor]
                if one in self.pushing:
                    self.pushing.remove(one)
                one.close()
        elif descriptor in self.long:
            one = self.long[descriptor]
            if not one.hear(now):
                self.poll.unregister(descriptor)

    def say(self, one, text):
        try:
            one.send(text)
        except OSError:
            pass

    def gap(self, since):
        """The longest time in which no new connection came about, in milliseconds; until now where there is none."""
        times = [since] + [t for t in self.times if t >= since]
        return 1000 * max([b - a for a, b in zip(times, times[1:])] or [time.monotonic() - since])

    def pushed(self):
        return [one for one in self.long.values() if one.is_pushed]

    def stall(self, since):
        """The longest silence of a pushed connection that lives, in milliseconds."""
        return 1000 * max([one.silence(since) for one in self.pushed() if one.is_alive] or [float("inf")])

    def survivors(self):
        """How many long-lived connections answer a word, of how many."""
        for one in self.long.values():
            if one.is_alive:
                one.answers = 0
                self.say(one.socket, b"word\n")
        living = lambda: sum(one.is_alive and one.answers > 0 for one in self.long.values())
        self.run(4, is_knocking=False, until=lambda: living() == len(self.long))
        return living(), len(self.long)


class Long:
    """A connection that stays, seen by its client."""

    def __init__(self, is_pushed):
        self.is_pushed, self.is_alive, self.answers = is_pushed, True, 0
        self.heard = []
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex((VIP, PORT))
        self.is_greeted = False

    def greet(self):
        self.socket.send(b"push\n" if self.is_pushed else b"idle\n")

    def hear(self, now):
        text = receive(self.socket)
        if text is None:
            return True
        self.is_alive = self.is_alive and bool(text)
        self.answers += text.count(b"word")
        self.heard.append(now)
        return self.is_alive

    def silence(self, since):
        times = [t for t in self.heard if t >= since - 0.2] + [time.monotonic()]
        return max(b - a for a, b in zip(times, times[1:])) if len(times) > 1 else float("inf")


def receive(one):
    """What came; empty: the end; None: nothing yet."""
    try:
        return one.recv(65536)
    except BlockingIOError:
        return None
    except OSError:
        return b""
