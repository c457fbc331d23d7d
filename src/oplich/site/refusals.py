"""A refusal that no view caught: what may not be seen looks like what is not there; any other is told in its own words."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect
from django.views.defaults import bad_request, page_not_found

from oplich.core.refusal import Refusal


class Refusals:
    """Middleware. The API answers its own refusals (`site/api.py`) before this one sees them."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META["QUERY_STRING"] and not request.path.startswith("/api/"):
            return bad_request(request, BadRequest())  # a NUL: no person wrote it, and PostgreSQL breaks down over it
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal):
            return None
        if exception.status == 404:
            return page_not_found(request, Http404())
        messages.warning(request, str(exception))
        if request.method == "GET" and request.GET:
            return redirect(request.path)  # a shortened or changed address: the list opens from its beginning
        return bad_request(request, exception)
