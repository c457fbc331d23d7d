"""The home page: what needs this person today, what changed since they last looked, and the picture of the response."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from oplich.core import permissions
from oplich.core.home import Matter
from oplich.core.models import Entry, Job, User
from oplich.site import picture, telling

AT_MOST = 50
LINES = 12
READ = 400  # lines of the journal that are looked through for what changed
A_WHILE = dt.timedelta(minutes=30)  # coming back within it is the same look
A_DAY = dt.timedelta(days=1)
# Which deed one must be allowed in order to hear of a room's deeds. Looks at people and the office's own deeds stay in the journal.
HEARS = {
    "intake.": "intake.see",
    "partners.organisation": "partners.see",
    "places.": "places.see",
    "assistance.": "assistance.see",
    "people.registration": "people.see",
    "reporting.": "reporting.see",
}
NOT_NEWS = ("seen", "names_seen", "searched", "returned", "exported", "checked", "mapped")


@dataclass(frozen=True)
class Change:
    """Deeds of one kind since the last look: how many, the latest of them, and where it opens if it was one."""

    words: str
    times: int
    last: Entry
    url: str


def matters(user: Any) -> list[Matter]:
    """Everything that waits for this person's decision, oldest first: what rooms say, and work of theirs that came to nothing."""
    found: list[Matter] = []
    for dotted in settings.OPLICH_MATTERS:
        found += import_string(dotted)(user)
    lost = Job.objects.filter(by=user, state__in=[Job.State.REFUSED, Job.State.FAILED], ended_at__gte=timezone.now() - A_DAY)
    covered = {matter.url for matter in found}
    for job in lost.order_by("ended_at")[:AT_MOST]:
        if job.outcome_url not in covered or not job.outcome_url:
            title = _("“%(title)s” came to nothing") % {"title": job.title}
            found.append(Matter(title=title, url=job.outcome_url, since=job.ended_at or job.asked_at, detail=job.outcome, icon="refused"))
    return sorted(found, key=lambda matter: matter.since)[:AT_MOST]


def last_look(request: Any) -> dt.datetime | None:
    """When this person looked before this visit. A visit lasts while pages are opened within half an hour of each other."""
    now, user = timezone.now(), request.user
    kept = request.session.get("home", {})
    seen = parse_datetime(kept["seen"]) if kept.get("seen") else None
    since = parse_datetime(kept["since"]) if kept.get("since") else None
    if seen is None or now - seen > A_WHILE:
        since = user.looked_at
    request.session["home"] = {"seen": now.isoformat(), "since": since.isoformat() if since else ""}
    User.objects.filter(pk=user.pk).update(looked_at=now)
    return since


def heard_by(user: Any) -> Q:
    """The lines of the journal about records this person may see."""
    heard = Q(pk__in=[])
    for kind, deed in HEARS.items():
        heard |= Q(subject_kind__startswith=kind) & permissions.visible(user, deed, organisation="organisation", area="area")
    return heard


def changes(user: Any, since: dt.datetime | None) -> list[Change]:
    """What others did since then, the latest first, deeds of one kind together."""
    found = Entry.objects.filter(heard_by(user), recorded_at__gt=since or timezone.now() - 7 * A_DAY).exclude(by=user)
    kinds: dict[str, list[Entry]] = {}
    for entry in found.select_related("by").order_by("-pk")[:READ]:
        if entry.what.split(".")[-1] not in NOT_NEWS:
            kinds.setdefault(entry.what, []).append(entry)
    return [
        Change(telling.told(entries[0]), len(entries), entries[0], telling.page_of(entries[0], user) if len(entries) == 1 else "")
        for entries in list(kinds.values())[:LINES]
    ]


def page(request: Any) -> dict[str, Any]:
    """What the home page shows."""
    since = last_look(request)
    return {
        "matters": matters(request.user),
        "changes": changes(request.user, since),
        "since": since,
        "day": timezone.localdate(),
        "picture": picture.of_the_response(request.user),
    }
