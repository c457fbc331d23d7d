"""The ledger of who was helped: one sector, one day, one place, one organisation; a registered person or a headcount."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from oplich.core.ids import uuid7
from oplich.core.periods import Period
from oplich.core.permissions import Scope


class Sector(models.Model):
    """A sector (cluster) of the response. `in_total` is False for what the published totals leave out by rule."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name_uk = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    in_total = models.BooleanField(default=True)
    icon = models.CharField(max_length=60, blank=True, help_text="Name of the OCHA icon.")
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name_uk if (get_language() or "uk").startswith("uk") else self.name_en


class Activity(models.Model):
    """What exactly was done within a sector. `in_total` is False for information provision and referrals."""

    code = models.CharField(primary_key=True, max_length=40)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="activities")
    name_uk = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, default="people")
    in_total = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name_uk if (get_language() or "uk").startswith("uk") else self.name_en


class AssistanceQuerySet(models.QuerySet["Assistance"]):
    def in_force(self):
        """Without what was replaced or taken back."""
        return self.filter(replaced_by__isnull=True, withdrawn=False)

    def during(self, period: Period):
        return self.filter(given_on__gte=period.start, given_on__lt=period.end)

    def within(self, place):
        return self.filter(place__path__startswith=place.path)

    def in_total(self):
        """Without what published totals leave out by rule: information provision and referrals."""
        return self.filter(sector__in_total=True).exclude(activity__in_total=False)


class Assistance(models.Model):
    """Somebody was helped: one sector, one day, one place, one organisation. Append-only (a database trigger refuses changes).

    Either a registered `person`, or a `headcount` of people nobody took the names of. A correction is a new row that
    `replaces` the old one; a withdrawal is a replacing row with `withdrawn`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, null=True, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(help_text="The day; for a monthly headcount the first day of the month.")
    by_month = models.BooleanField(default=False, help_text="Only the month is known.")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+", help_text="Who reports it.")
    implemented_by = models.ForeignKey("partners.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey("people.Registration", null=True, on_delete=models.PROTECT, related_name="+")
    headcount = models.PositiveIntegerField(null=True)
    girls = models.PositiveIntegerField(null=True)
    boys = models.PositiveIntegerField(null=True)
    women = models.PositiveIntegerField(null=True)
    men = models.PositiveIntegerField(null=True)
    older_women = models.PositiveIntegerField(null=True)
    older_men = models.PositiveIntegerField(null=True)
    with_disability = models.PositiveIntegerField(null=True)
    population_group = models.CharField(max_length=20, blank=True)
    plan_code = models.CharField(max_length=40, blank=True)
    through_pipeline = models.BooleanField(null=True, help_text="Through the Common Pipeline?")
    by_convoy = models.BooleanField(null=True, help_text="By inter-agency convoy?")
    units = models.PositiveIntegerField(null=True)
    comment = models.CharField(max_length=500, blank=True)
    from_row = models.ForeignKey("intake.Row", null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    withdrawn = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["given_on", "sector"], name="assistance_day"),
            models.Index(fields=["organisation", "given_on"], name="assistance_organisation"),
        ]
        constraints = [
            models.CheckConstraint(
                name="assistance_person_or_headcount",
                condition=Q(person__isnull=False, headcount__isnull=True)
                | Q(person__isnull=True, headcount__isnull=False, headcount__gt=0),
            ),
            models.CheckConstraint(name="assistance_withdrawal_replaces", condition=Q(withdrawn=False) | Q(replaces__isnull=False)),
            models.CheckConstraint(name="assistance_not_its_own_replacement", condition=Q(replaces__isnull=True) | ~Q(replaces=F("id"))),
        ]

    def scope(self) -> Scope:
        return Scope(organisation=str(self.organisation_id), area=self.place.path)
