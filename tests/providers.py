"""A provider on this very machine: a real server that keeps what it was sent, and may be slow or refuse."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider:
    """`heard` holds (path with query, headers in small letters, JSON) of every request. Use it in a with statement."""

    def __init__(self, *, answer: dict[str, Any] | None = None, status: int = 200, slow: float = 0.0) -> None:
        self.heard: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer, self.status, self.slow = answer or {"errcode": 0}, status, slow
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(outer.slow)
                data = json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(data)))
                if outer.status in (301, 302):
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "Provider":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
