"""Plain functions that make what a test needs: make.place("UA63"), make.user("viewer"), make.organisation("Rescue Now")."""

import itertools

from oplich.assistance.models import Activity, Sector
from oplich.core.models import Grant, User
from oplich.partners.models import Alias, Organisation
from oplich.places.models import Place

_numbers = itertools.count(1)
KINDS = {2: "country", 4: "oblast", 6: "raion", 9: "hromada", 12: "settlement"}


def place(code: str = "UA63", name_uk: str = "", name_en: str = "", **more) -> Place:
    """A place by its P-code, with every place above it."""
    found = Place.objects.filter(pk=code).first()
    if found:
        return found
    sizes = [size for size in (2, 4, 6, 9, 12) if size < len(code)]
    parent = place(code[: sizes[-1]]) if sizes else None
    return Place.objects.create(
        code=code,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        kind=more.pop("kind", KINDS.get(len(code), "settlement")),
        name_uk=name_uk or f"Місце {code}",
        name_en=name_en or f"Place {code}",
        **more,
    )


def organisation(name: str = "", **more) -> Organisation:
    """An organisation that its own name recognises."""
    from oplich.partners.naming import fold  # this room may not be there yet when another room's tests start

    made = Organisation.objects.create(name=name or f"Organisation {next(_numbers)}", **more)
    Alias.objects.get_or_create(folded=fold(made.name), defaults={"spelling": made.name, "organisation": made})
    return made


def user(role: str = "information-manager", *, at=None, area: str = "", purpose: str = "", name: str = "") -> User:
    """Somebody with one role: everywhere, or at one organisation and area."""
    made = User.objects.create_user(username=name or f"user{next(_numbers)}", password="a long enough word")
    if role:
        Grant.objects.create(user=made, role=role, organisation=str(at.pk) if at else "", area=area, purpose=purpose)
    return made


def sector(slug: str = "wash", **more) -> Sector:
    return Sector.objects.get_or_create(slug=slug, defaults={"name_uk": slug, "name_en": slug, **more})[0]


def activity(code: str = "wash-kit", sector_slug: str = "wash", **more) -> Activity:
    names = {"name_uk": code, "name_en": code, "sector": sector(sector_slug)}
    return Activity.objects.get_or_create(code=code, defaults={**names, **more})[0]
