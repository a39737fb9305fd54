"""python3 run.py bench restart: how many of 1,000 requests are lost while the workers are replaced one by one."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench import servers

REQUESTS, CLIENTS = 1000, 4


def main(_args: Sequence[str] = ()) -> int:
    """Send SIGHUP to a server under load; return 1 if a request was lost."""
    with tempfile.TemporaryDirectory(prefix="consult-") as folder:
        env = {"CONSULT_MODE": "demo", "INSTANCE_PATH": folder}
        upgrade = [sys.executable, "-m", "flask", "db", "upgrade"]  # no server does it at its start
        subprocess.run(upgrade, env=os.environ | env, check=True, capture_output=True)
        with servers.serving("app:app", env) as server:
            answers, lock, left = Counter[str](), threading.Lock(), iter(range(REQUESTS))
            half = threading.Event()

            def ask() -> None:
                for number in left:
                    if number == REQUESTS // 10:
                        half.set()
                    answer = _ask(server.port)
                    with lock:
                        answers[answer] += 1
                    time.sleep(0.04)  # 1,000 requests last ten seconds: longer than both workers take to start

            clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            half.wait()
            before = _workers(server.process.pid)
            server.process.send_signal(signal.SIGHUP)
            for client in clients:
                client.join()
            stayed = before & _workers(server.process.pid)
            print(f"{REQUESTS} requests, {len(before - stayed)} of {len(before)} workers replaced: {dict(answers)}")
            return 0 if set(answers) == {"200"} and not stayed else 1


def _workers(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def _ask(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return type(error).__name__
