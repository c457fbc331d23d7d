"""Round every request: a number to find it again, its time, one line in the log, and headers that keep pages private."""

from __future__ import annotations

import time
import uuid

import structlog
from django.http import HttpRequest, HttpResponse

from oplich.site import metrics

log = structlog.get_logger("oplich.requests")


class Round:
    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started, number = time.perf_counter(), uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.view_name or match.route if match else "unknown"
        user = getattr(request, "user", None)
        log.info(
            "request",
            route=route,
            method=request.method if request.method in metrics.METHODS else "OTHER",
            status=response.status_code,
            user=user.pk if user is not None and user.is_authenticated else None,
            ms=round(seconds * 1000, 1),
        )
        metrics.seen(route, request.method, response.status_code, seconds)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.headers.setdefault("X-Request-Id", number)
        return response
