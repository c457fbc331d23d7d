"""How the house runs, for machines: /metrics in the Prometheus format. Routes, states and times; nobody's name or address."""

from __future__ import annotations

import hmac
import shutil

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from oplich.core.models import Entry, Job, Seal
from oplich.site import worker

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
registry = CollectorRegistry()
ProcessCollector(registry=registry)
REQUESTS = Counter("oplich_requests", "Requests answered", ["route", "method", "status"], registry=registry)
SECONDS = Histogram("oplich_request_seconds", "Time to answer", ["route"], registry=registry, buckets=(0.01, 0.05, 0.1, 0.3, 0.5, 1, 3, 10))
JOBS = Gauge("oplich_jobs", "Jobs by state", ["state"], registry=registry)
DISK = Gauge("oplich_disk_free_bytes", "Room left where the data lie", registry=registry)
BEAT = Gauge("oplich_worker_beat_seconds", "Seconds since a worker said that it lives (-1: never)", registry=registry)
UNSEALED = Gauge("oplich_journal_unsealed", "Lines of the journal after the last seal", registry=registry)


def seen(route: str, method: str | None, status: int, seconds: float) -> None:
    REQUESTS.labels(route, method if method in METHODS else "OTHER", str(status)).inc()
    SECONDS.labels(route).observe(seconds)


def _may(request: HttpRequest) -> bool:
    """With the token; without one only from this machine, and not through a proxy (behind which everybody comes from here)."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.OPLICH_METRICS_TOKEN:
        return hmac.compare_digest(sent, settings.OPLICH_METRICS_TOKEN.encode())
    return not settings.OPLICH_HTTPS and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


def show(request: HttpRequest) -> HttpResponse:
    if not _may(request):
        raise Http404
    states = dict(Job.objects.values_list("state").annotate(n=Count("pk")))
    for state in Job.State.values:
        JOBS.labels(state).set(states.get(state, 0))
    DISK.set(shutil.disk_usage(settings.DATA).free)
    beat = worker.last_beat()
    BEAT.set(-1 if beat is None else beat)
    head = Seal.objects.order_by("-number").first()
    UNSEALED.set(Entry.objects.filter(pk__gt=head.entry_id if head else 0).count())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
