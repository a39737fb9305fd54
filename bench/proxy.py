"""nginx before a server under test, as docs/deploy/nginx.conf sets it up: names, ports and folders are all that differs."""

import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import ROOT, free_port
from tests.running import children
from tests.running.chapter_server import find_nginx
from tests.running.providers import a_certificate

DEPLOY = ROOT / "docs" / "deploy"
AROUND = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log emerg;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site;
}}
"""


@contextmanager
def before(port: int, folder: Path) -> Iterator[int]:
    """Let nginx stand before a server on this port during the block. Gives the port on which it speaks https."""
    https = free_port()
    (folder / "site").write_text(_site(port, free_port(), https, folder))
    settings = folder / "nginx.conf"
    settings.write_text(AROUND.format(folder=folder))
    process = children.start([find_nginx(), "-c", settings, "-e", folder / "error.log"], stderr=subprocess.DEVNULL)
    try:
        _wait(https, process)
        yield https
    finally:
        process.terminate()
        process.wait()


def _site(app: int, http: int, https: int, folder: Path) -> str:
    """Return the file as an operator on this machine changes it."""
    text = (DEPLOY / "nginx.conf").read_text()
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"(ssl_certificate(?:_key)?) \S+;", rf"\1 {a_certificate(folder)};", text)
    for here, there in (
        ("127.0.0.1:8000", f"127.0.0.1:{app}"),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ", f"listen 127.0.0.1:{https} "),
        ("/var/log/nginx/", f"{folder}/"),
        ("/opt/consult/docs/deploy", str(DEPLOY)),
    ):
        assert here in text, here
        text = text.replace(here, there)
    return text


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(500):
        if process.poll() is not None:
            raise RuntimeError("nginx ended before it answered")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
        except urllib.error.HTTPError:
            return  # plain http on the port of https is answered with 400
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("nginx does not answer")
