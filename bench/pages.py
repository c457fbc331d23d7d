"""How long pages take: the demonstration, a manager's sign-in, a real server on this machine, one reader after another.

`python -m bench pages`. Beside an anchor in the same run: /robots.txt, which is the server, the middleware and nothing else.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

PAGES = {
    "robots.txt (anchor)": "robots.txt",
    "home": "en/",
    "people reached": "en/reports/reached/",
    "people reached, by month": "en/reports/reached/?by=month",
    "hand-ins": "en/intake/",
    "records of help": "en/assistance/",
    "organisations": "en/partners/",
    "who works where": "en/partners/where/",
    "a place": "en/places/UA63/",
    "published figures": "en/places/figures/",
    "search": "en/search/?q=Kharkiv",
    "API: records of help": "api/assistance/?limit=50",
}
TIMES = 12


def free_port() -> int:
    import socket  # only this function opens one

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def signed_in(base: str, password: str) -> urllib.request.OpenerDirector:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = opener.open(f"{base}en/account/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "login": "manager", "password": password}).encode()
    opener.open(urllib.request.Request(f"{base}en/account/login/", form, {"Referer": f"{base}en/account/login/"})).read()
    return opener


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "OPLICH_HOME": home, "PORT": str(port)}
        oplich = [str(Path(sys.executable).with_name("oplich"))]
        began = time.perf_counter()
        subprocess.run([*oplich, "setup", "--demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
        print(f"setup --demo: {time.perf_counter() - began:.1f} s")
        server = subprocess.Popen([*oplich, "serve"], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        try:
            password = ""
            for line in server.stdout:
                if found := re.match(r"\s+manager\s+(\S+)", line):
                    password = found[1]
                if line.startswith("Stop it"):
                    break
            base = f"http://127.0.0.1:{port}/"
            opener = signed_in(base, password)
            print(f"{'page':28} {'first':>8} {'median':>8} {'worst':>8}   ms, of {TIMES}; {'kB':>6}")
            for name, path in PAGES.items():
                times, size = [], 0
                for _ in range(TIMES):
                    began = time.perf_counter()
                    size = len(opener.open(base + path).read())
                    times.append((time.perf_counter() - began) * 1000)
                print(f"{name:28} {times[0]:8.0f} {statistics.median(times[1:]):8.0f} {max(times[1:]):8.0f}{size / 1000:14.0f}")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)
