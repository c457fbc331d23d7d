"""Where things are: the coded tree of areas with its history, sites, zones by date, and figures others published about a place."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from oplich.core.ids import uuid7
from oplich.core.permissions import Scope

SETTLEMENT_TYPES = {
    "city": _("City"),
    "town": _("Town"),
    "settlement": _("Settlement"),
    "village": _("Village"),
    "special city": _("City with special status"),
    "city district": _("City district"),
    "exclusion zone": _("Exclusion zone"),
}


class PlaceQuerySet(models.QuerySet):
    def within(self, place: Place | str):
        """The place itself and everything below it. Takes a Place or a path."""
        return self.filter(path__startswith=place if isinstance(place, str) else place.path)

    def existing_on(self, day):
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gt=day))


class Place(models.Model):
    """A country, oblast, raion, hromada, settlement or city district. `code` is the P-code (countries: ISO 3166-1 alpha-2)."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        OBLAST = "oblast", _("Oblast")
        RAION = "raion", _("Raion")
        HROMADA = "hromada", _("Hromada")
        SETTLEMENT = "settlement", _("Settlement")
        DISTRICT = "district", _("City district")
        GROUP = "group", _("Group of countries")

    code = models.CharField(primary_key=True, max_length=20)
    path = models.CharField(max_length=80, unique=True, help_text="UA/UA63/UA6312/ : within is one prefix comparison.")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    settlement_type = models.CharField(
        max_length=20, blank=True, help_text="city, town, village, settlement … by the codifier; special city for Kyiv and Sevastopol."
    )
    name_uk = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120, blank=True)
    katottg = models.CharField(max_length=19, null=True, blank=True, unique=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "code"], name="place_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(path__endswith="/"), name="place_path_ends_with_slash"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False), name="place_both_coordinates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_uk if (get_language() or "uk").startswith("uk") else self.name_en

    @property
    def full_name(self) -> str:
        """The name with the word that says what it is: "Криворізький район", "Kryvyi Rih"."""
        words = {
            "oblast": pgettext("place", "%(name)s oblast"),
            "raion": pgettext("place", "%(name)s raion"),
            "hromada": pgettext("place", "%(name)s hromada"),
            "district": pgettext("place", "%(name)s district"),
        }
        bare = self.kind not in words or self.settlement_type in ("special city", "exclusion zone") or self.code == "UA01"
        return self.name if bare else words[self.kind] % {"name": self.name}

    @property
    def level(self) -> str:
        """What kind of place it is, in words: a settlement by its type."""
        return str(SETTLEMENT_TYPES.get(self.settlement_type) or self.get_kind_display())

    def scope(self) -> Scope:
        return Scope(area=self.path)


class PlaceName(models.Model):
    """Another name of a place: an old one with its dates, a common spelling, an adjective form."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5)
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "name", "language"], name="place_name_once")]


class PlaceCode(models.Model):
    """Another code of a place: KOATUU, ISO 3166-2, an old P-code, with the day it stopped."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="other_codes")
    scheme = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code", "place"], name="place_code_once")]


class Zone(models.Model):
    """How near the war a community was, from a day until a day. Exactly one per community and day (checked by the action)."""

    class Kind(models.TextChoices):
        REAR = "rear", _("Rear")
        NEAR_FRONT = "near-front", _("Near the front")
        FRONT = "front", _("Front line")
        OCCUPIED = "occupied", _("Occupied")
        DE_OCCUPIED = "de-occupied", _("De-occupied")

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="zones")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True, help_text="First day it no longer held; empty: holds still.")
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "from_day"], name="zone_one_start"),
            models.CheckConstraint(condition=Q(until_day__isnull=True) | Q(until_day__gt=F("from_day")), name="zone_ends_after_start"),
        ]


class Site(models.Model):
    """A door one can knock at: warehouse, collective centre, city headquarters. Exact points stay inside."""

    class Kind(models.TextChoices):
        WAREHOUSE = "warehouse", _("Warehouse")
        COLLECTIVE_CENTRE = "collective-centre", _("Collective centre")
        HEADQUARTERS = "headquarters", _("City headquarters")
        INVINCIBILITY_POINT = "invincibility-point", _("Invincibility Point")
        DISTRIBUTION_POINT = "distribution-point", _("Distribution point")
        OFFICE = "office", _("Field office")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sites")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name

    def scope(self) -> Scope:
        return Scope(area=self.place.path)


class PlaceFigureQuerySet(models.QuerySet):
    def standing(self, *, withdrawn: bool = False):
        """The rows no later row replaces; those that take one back only when asked for."""
        found = self.filter(replaced_by__isnull=True)
        return found if withdrawn else found.filter(withdrawn=False)

    def within(self, place: Place | str):
        return self.filter(place__path__startswith=place if isinstance(place, str) else place.path)


class PlaceFigure(models.Model):
    """A number somebody published about a place on a day, with its source. Append-only; a corrected figure is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="figures")
    measure = models.CharField(
        max_length=40, help_text="population, idps, returnees, refugees, people-in-need, people-targeted, people-reached …"
    )
    sector = models.CharField(max_length=40, blank=True, help_text="Sector slug, where the figure is about one.")
    population_group = models.CharField(max_length=40, blank=True)
    people = models.DecimalField(
        max_digits=16,
        decimal_places=3,
        null=True,
        help_text="The number itself; shares are stored as percent. Null: not estimated, see the note.",
    )
    unit = models.CharField(max_length=20, default="people")
    as_of = models.DateField()
    source = models.CharField(max_length=200)
    source_url = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    from_row = models.ForeignKey("intake.Row", null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    withdrawn = models.BooleanField(default=False, help_text="A row that takes back the one it replaces.")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = PlaceFigureQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["measure", "as_of"], name="place_figure_measure")]
        constraints = [
            models.CheckConstraint(condition=Q(people__isnull=False) | ~Q(note=""), name="place_figure_number_or_why_not"),
            models.CheckConstraint(condition=Q(withdrawn=False) | Q(replaces__isnull=False), name="place_figure_withdrawal_replaces"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.place_id} {self.as_of}: {self.people if self.people is not None else self.note}"

    @property
    def identity(self) -> tuple:
        """What the number is about; another number for the same is a correction."""
        return (self.place_id, self.measure, self.sector, self.population_group, self.unit, self.as_of, self.source)

    def scope(self) -> Scope:
        return Scope(area=self.place.path)
