"""What the house says about itself: health, metrics, logs and headers, and that nobody's name is in them."""

import json
import logging

import pytest
import structlog
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import path

from oplich.core import append_only
from oplich.core.models import Job
from oplich.site import health, logs, metrics, middleware, urls, worker
from oplich.site.checks import nobody_else_sees_errors, secret_is_our_own
from tests import make, routes

CANARY = "Канарейченко-Олена-3100000000"


@pytest.fixture
def written(tmp_path, settings):
    """Logs as `serve` writes them; gives back a function that reads them."""
    settings.HOME = tmp_path
    root = logging.getLogger()
    before = root.handlers, root.level
    logs.configure({"file": "serve.log"})

    def read() -> list[dict]:
        for handler in root.handlers:
            handler.flush()
        file = tmp_path / "log" / "serve.log"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    yield read
    root.handlers, root.level = before


def explode(request):
    name = request.GET["name"]
    raise ValueError(f"cannot greet {name}")


class WithExplosion:
    urlpatterns = [path(f"explode/<str:what>/{CANARY}/", lambda request, what: explode(request), name="explode"), *urls.urlpatterns]
    handler404, handler500, handler403, handler400 = urls.handler404, urls.handler500, urls.handler403, urls.handler400


@pytest.mark.django_db
def test_no_name_gets_into_the_logs(written, settings):
    """In the address, the query, the form, a header, an error's text and another library's line."""
    settings.ROOT_URLCONF = WithExplosion
    client = Client(raise_request_exception=False, headers={"user-agent": CANARY, "referer": f"http://x/{CANARY}"})
    client.force_login(make.user("viewer", name="viewer"))
    assert client.get(f"/explode/{CANARY}/{CANARY}/?name={CANARY}").status_code == 500
    assert client.get(f"/en/{CANARY}/?name={CANARY}").status_code == 404
    client.post("/en/account/login/", {"login": CANARY, "password": CANARY})
    client.get("/en/search/", {"q": CANARY})
    client.get("/api/openapi.json", headers={"Authorization": f"Bearer {CANARY}"})
    client.generic("GET", "/en/", headers={"Host": f"{CANARY.encode().hex()}.example"})
    logging.getLogger("somebodys.library").error("no room for %s", CANARY)
    logging.getLogger("somebodys.library").error(f"no room for {CANARY}")
    try:
        raise KeyError(CANARY)
    except KeyError:
        structlog.get_logger("oplich.test").error("test.failed", exc_info=True, name=CANARY, text=CANARY, people=7)
    lines = written()
    assert CANARY not in json.dumps(lines, ensure_ascii=False)
    requests = [line for line in lines if line["event"] == "request"]
    assert {line["status"] for line in requests} >= {500, 404}
    assert all(len(line["request"]) == 16 and line["ms"] > 0 for line in requests)
    (failed,) = [line for line in lines if line["event"] == "test.failed"]
    assert failed["error"] == "KeyError" and failed["people"] == 7 and "test_watch.py" in failed["where"][-1]
    (exploded,) = [line for line in lines if line.get("error") == "ValueError"]
    assert any("explode" in frame for frame in exploded["where"])


@pytest.mark.django_db
def test_each_answer_carries_the_number_of_its_log_line(written, client):
    number = client.get("/robots.txt")["X-Request-Id"]
    assert [line["request"] for line in written() if line["event"] == "request"] == [number]


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ANYTHING = "0190a7c0-6f4e-7cc1-8a5b-3f2b7d9f0c11"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "operator", "information-manager"])
def test_every_address_answers_with_the_headers_that_keep_it_safe(who):
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(make.user(who))
    asked = [route.path(dict.fromkeys(route.takes, ANYTHING), language="en") for route in routes.pages()]
    asked += ["/health/", "/metrics", "/api/openapi.json", "/api/docs", "/en/nowhere/", "/en/account/login/", "/robots.txt"]
    for address in asked:
        answer = client.get(address)
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, f"{address}: {name}"
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy, address
        assert "'unsafe-eval'" not in policy and "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0], address
        if answer.headers["Content-Type"].startswith("text/html"):
            assert answer.headers["Cache-Control"].find("no-store") >= 0 or "no-cache" in answer.headers["Cache-Control"], address


@pytest.mark.django_db
def test_health_says_what_ails_the_house(client, settings, tmp_path):
    worker.beat()
    assert client.get("/health/").status_code == 200
    assert client.get("/health/").json()["checks"]["database"]["ok"]
    settings.OPLICH_KEY_FILE = tmp_path / "nothing.key"
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["checks"]["key_file"] == {"ok": False, "trouble": "KeyFileTrouble"}
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_health_sees_a_silent_worker_and_a_full_disk(client, monkeypatch):
    worker.beat()
    monkeypatch.setattr(health, "BEAT", -1)
    assert not client.get("/health/").json()["checks"]["queue"]["ok"]
    monkeypatch.setattr(health, "ROOM", 10**18)
    assert not client.get("/health/").json()["checks"]["disk"]["ok"]


@pytest.mark.django_db
def test_health_sees_a_journal_that_can_be_altered(client):
    worker.beat()
    with append_only.lifted():
        assert "core_entry" in client.get("/health/").json()["checks"]["database"]["can_be_altered"]


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_nothing_personal(client):
    Job.objects.create(path="x", title="x")
    client.get(f"/en/{CANARY}/?name={CANARY}")
    told = client.get("/metrics").content.decode()
    assert 'oplich_jobs{state="waiting"} 1.0' in told and "oplich_disk_free_bytes" in told
    assert "oplich_requests_total" in told and CANARY not in told


@pytest.mark.django_db
def test_metrics_are_not_for_everybody(client, settings):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404
    settings.OPLICH_HTTPS = True
    assert client.get("/metrics").status_code == 404, "behind a proxy everybody comes from this machine"
    settings.OPLICH_METRICS_TOKEN = "a-word"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-word"}).status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer a-wor\u0456"}).status_code == 404


def test_odd_methods_do_not_make_new_series():
    metrics.seen("test", "BREW-" + CANARY, 405, 0.1)
    assert CANARY.encode() not in metrics.generate_latest(metrics.registry)


def test_a_server_for_others_needs_its_own_secret_and_no_debugging(settings):
    settings.ALLOWED_HOSTS = ["oplich.example.org"]
    settings.SECRET_KEY = settings.LAPTOP_SECRET
    assert [error.id for error in secret_is_our_own(None)] == ["oplich.E001"]
    settings.SECRET_KEY = "our own"
    assert secret_is_our_own(None) == [] and nobody_else_sees_errors(None) == []
    settings.DEBUG = True
    assert [error.id for error in nobody_else_sees_errors(None)] == ["oplich.E002"]


def test_the_round_lets_a_page_say_how_long_it_may_be_kept():
    def page(request):
        answer = middleware.HttpResponse("x")
        answer["Cache-Control"] = "public, max-age=60"
        return answer

    request = RequestFactory().get("/")
    request.resolver_match = None
    assert middleware.Round(page)(request)["Cache-Control"] == "public, max-age=60"
    assert settings.MIDDLEWARE[0] == "oplich.site.middleware.Round"
