"""The home page: what needs this person today, what changed since they last looked, and the picture of the response."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from oplich.core.home import Matter

log = structlog.get_logger("oplich.home")
AT_MOST = 50


def matters(user: Any) -> list[Matter]:
    """Everything that waits for this person's decision, oldest first."""
    found: list[Matter] = []
    for dotted in settings.OPLICH_MATTERS:
        found += import_string(dotted)(user)
    return sorted(found, key=lambda matter: matter.since)[:AT_MOST]


def page(user: Any) -> dict[str, Any]:
    """What the home page shows."""
    return {"matters": matters(user), "day": timezone.localdate()}
