"""The server itself, with real sockets: slow peers stop nobody, and it starts and ends cleanly."""

import os
import select
import signal
import socket
import statistics
import time
from pathlib import Path

import pytest

from . import serving

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    serving.prepare(folder)
    (folder / "static").mkdir()
    (folder / "static" / "large.bin").write_bytes(os.urandom(3_000_000))
    return folder


@pytest.fixture(scope="module")
def port(home):
    with serving.served(home, "--no-worker") as (port, _process):
        yield port


HALF_HEAD = b"GET /health/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_BODY = b"POST /uk/account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nlogin="
HALF_CHUNKS = b"POST /uk/account/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlogi"
NEVER_READS = b"GET /static/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"
NEVER_READS_A_PAGE = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
OPENINGS = {
    "slow head": HALF_HEAD,
    "slow body": HALF_BODY,
    "slow chunks": HALF_CHUNKS,
    "unread file": NEVER_READS,
    "unread page": NEVER_READS_A_PAGE,
}


def ready(peer, event: int) -> bool:
    """Whether a socket is ready now. poll, not select: there may be more than 1,024 open here."""
    asked = select.poll()
    asked.register(peer, event)
    return bool(asked.poll(0))


def slow_peers(port: int, count: int, opening: bytes) -> list[socket.socket]:
    peers = []
    for _n in range(count):
        peer = socket.create_connection(("127.0.0.1", port), timeout=10)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.sendall(opening)
        peers.append(peer)
    return peers


def settle(port: int) -> None:
    """Wait until the work that the peers asked for is done; what is measured is what it costs that they stay."""
    for _n in range(100):
        began = time.perf_counter()
        serving.get(port, "/robots.txt", timeout=60)
        if time.perf_counter() - began < 0.1:
            return


def others_wait(port: int, peers: list[socket.socket], requests: int = 60) -> float:
    """The 99th percentile in seconds of honest requests while the slow peers go on dribbling."""
    took = []
    for n in range(requests):
        for peer in peers[n % 20 :: 20]:
            try:
                if ready(peer, select.POLLOUT):
                    peer.send(b"a")
            except OSError:
                pass
        began = time.perf_counter()
        status, _body = serving.get(port, "/robots.txt")
        took.append(time.perf_counter() - began)
        assert status == 200
    return statistics.quantiles(took, n=100)[-1]


@pytest.mark.parametrize("count", [300, 1000])
@pytest.mark.parametrize("name", OPENINGS)
def test_slow_peers_do_not_stop_the_others(port, count, name):
    alone = others_wait(port, [])  # what the machine itself costs just now
    peers = slow_peers(port, count, OPENINGS[name])
    try:
        settle(port)
        assert others_wait(port, peers) < 0.5 + alone
    finally:
        for peer in peers:
            peer.close()


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        peer.sendall(request)
        peer.settimeout(20)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := peer.recv(65536)):
            answer += part
        return answer


def test_a_body_in_chunks_is_read(port):
    """OpenRosa clients send chunks; Django alone cannot read them."""
    body = b'{"not": "known"}'
    head = b"POST /api/nowhere/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, bytes([one])) for one in body) + b"0\r\n\r\n"
    assert raw(port, head + chunks).split(b" ", 2)[1] in {b"404", b"401", b"403"}


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(port):
    answer = raw(port, b"POST /uk/account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"413"
    assert serving.get(port, "/robots.txt")[0] == 200


def test_chunks_without_end_are_refused_at_the_limit(home):
    with serving.served(home, "--no-worker", OPLICH_UPLOAD_BYTES="1000000") as (port, _process):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
            peer.sendall(b"POST /uk/account/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            sent, answer = 0, b""
            chunk = b"%x\r\n%s\r\n" % (65536, b"a" * 65536)
            try:
                while sent < 10_000_000 and not ready(peer, select.POLLIN):
                    peer.sendall(chunk)
                    sent += 65536
                peer.settimeout(5)
                answer = peer.recv(4096)
            except OSError:
                pass
            assert sent < 5_000_000
            assert answer == b"" or answer.split(b" ", 2)[1] == b"413"
        assert serving.get(port, "/robots.txt")[0] == 200


def test_it_prints_where_it_is_open_and_who_may_sign_in_and_ends_when_told(home):
    (home / "demonstration-sign-ins.txt").write_text("olena\tdemo-word\tInformation manager\n")
    try:
        with serving.served(home) as (port, process):
            deadline = time.time() + 20
            while serving.get(port)[0] != 200 and time.time() < deadline:
                time.sleep(0.2)
            assert serving.get(port)[0] == 200, "with a worker, the house is well"
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
            said = (home / f"said-{port}.txt").read_text()
        assert f"http://localhost:{port}/" in said
        assert "olena" in said and "demo-word" in said and "Information manager" in said
        assert "Oplich has stopped." in said
    finally:
        (home / "demonstration-sign-ins.txt").unlink()


def test_a_taken_port_is_told_in_words(home, port):
    said = serving.oplich(home, "serve", PORT=str(port))
    assert said.returncode != 0
    assert f"Another program already listens on port {port}" in said.stderr and f"PORT={port + 1}" in said.stderr


def test_it_does_not_serve_others_with_the_secret_of_the_source(home):
    secret = home / "key" / "secret.key"
    kept = secret.read_text()
    secret.unlink()
    try:
        said = serving.oplich(home, "serve", OPLICH_HOSTS="oplich.example.org", PORT=str(serving.free_port()))
        assert said.returncode != 0 and "secret that stands in the source" in said.stderr
    finally:
        secret.write_text(kept)


def test_without_a_database_of_this_version_it_says_what_to_do(tmp_path):
    (tmp_path / "data").mkdir()
    assert "There is no key file" in serving.oplich(tmp_path, "serve", PORT=str(serving.free_port())).stderr


def alive() -> dict[int, int]:
    """Every living process and its parent."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z":
                found[int(name)] = int(fields[1])
    return found


def children_of(pid: int) -> list[int]:
    return [child for child, parent in alive().items() if parent == pid]


def wait_for(condition, seconds: float = 20):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")


def test_a_worker_that_dies_is_started_again_and_dies_with_the_server(home):
    with serving.served(home) as (_port, process):
        (first,) = wait_for(lambda: children_of(process.pid))
        os.kill(first, signal.SIGKILL)
        (second,) = wait_for(lambda: [pid for pid in children_of(process.pid) if pid != first])
        time.sleep(1.5)  # let it come up and listen to its parent
        process.kill()
        process.wait()
        wait_for(lambda: second not in alive())
