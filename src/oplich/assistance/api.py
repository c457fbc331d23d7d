"""This room's part of the HTTP API."""

from ninja import Router

router = Router(tags=["assistance"])
