"""Walk through the product by its own links, one example of every kind of page (a route of the URL plan)."""

from __future__ import annotations

from collections import deque
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Error

LEAVE = {"account_logout"}  # not a page to look at, but a way out


def route_of(address: str) -> str | None:
    """The route an address belongs to, without its language."""
    path = urlsplit(address).path
    try:
        with translation.override(path.split("/")[1]):
            match = resolve(path)
    except Resolver404:
        return None
    return None if match.view_name in LEAVE else match.route.split("/", 1)[1]


def links(page) -> list[str]:
    return page.eval_on_selector_all(
        "a[href]", "all => all.filter(a => !a.hasAttribute('download')).map(a => new URL(a.getAttribute('href'), location).href)"
    )


def opens(page, address: str) -> bool:
    """Open a page; False when the address gives a file instead."""
    try:
        answer = page.goto(address, wait_until="load")
    except Error as error:
        if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
            return False
        raise
    return answer is not None and "text/html" in answer.headers.get("content-type", "")


def walk(page, origin: str, start: str, examples: int = 1, at_most: int = 250):
    """Each page once opened, as (route, address): `examples` of each route, found by the links of the pages before it."""
    language = start.strip("/").split("/")[0]
    waiting, met, seen = deque([urljoin(origin, start)]), set(), {}
    while waiting and sum(seen.values()) < at_most:
        address = waiting.popleft().split("#")[0]
        route = route_of(address)
        if address in met or route is None or seen.get(route, 0) >= examples:
            continue
        met.add(address)
        if not opens(page, address):
            continue
        seen[route] = seen.get(route, 0) + 1
        yield route, address
        for link in links(page):
            if link.startswith(f"{origin}/{language}/") and link.split("#")[0] not in met:
                waiting.append(link)
