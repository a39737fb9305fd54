"""A line between a browser and the server that can be cut, or answer as a gateway does whose server is away."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

AWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 24\r\nConnection: close\r\n\r\n"
    b"<h1>502 Bad Gateway</h1>"
)
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 27\r\nConnection: close\r\n\r\n"
    b"<h1>Guests, sign in</h1>   "
)


class Line:
    """Passes bytes to and fro; `state` is "up", "cut", "away" or "lost": the request gets through, the answer does not.

    "portal": a network that wants a sign-in first answers everything in the server's name. "silent": what is sent is taken, and
    nothing ever comes back.
    """

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self.there = (there.hostname or "", there.port or 80)
        self.state = "up"
        self.open: set[socket.socket] = set()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def set(self, state: str) -> None:
        """Change the state; what is open ends, as when a phone leaves the cell."""
        self.state = state
        for one in list(self.open):
            _shut(one)

    def close(self) -> None:
        self.set("cut")
        _shut(self.listening)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self.listening.accept()[0],), daemon=True).start()

    def _serve(self, phone: socket.socket) -> None:
        self.open.add(phone)
        with suppress(OSError):
            if self.state == "cut":
                return _shut(phone)
            if self.state in ("away", "portal"):
                phone.recv(65536)
                phone.sendall(AWAY if self.state == "away" else PORTAL)
                return _shut(phone)
            if self.state == "silent":
                while phone.recv(65536):
                    pass
                return _shut(phone)
            with socket.create_connection(self.there) as server:
                self.open.add(server)
                back = threading.Thread(target=self._pass, args=(server, phone), daemon=True)
                back.start()
                self._pass(phone, server)
                back.join()
        _shut(phone)
        return None

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                if self.state == "lost" and said.startswith(b"HTTP/1."):
                    break
                other.sendall(said)
        _shut(one)
        _shut(other)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
