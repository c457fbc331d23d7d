"""Who works with whom and in what role: organisations, where they work, whom to call, and every spelling of their names."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oplich.core.fields import SealedField
from oplich.core.ids import uuid7
from oplich.core.permissions import Scope


class Organisation(models.Model):
    """An organisation that takes part. Two records of one organisation are merged: the loser points to the one kept."""

    class Kind(models.TextChoices):
        UN = "un", _("UN agency")
        INGO = "ingo", _("International NGO")
        NNGO = "nngo", _("National NGO")
        CSO = "cso", _("Civil society organisation")
        RED_CROSS = "red-cross", _("Red Cross and Red Crescent Movement")
        GOVERNMENT = "government", _("Government")
        LOCAL_AUTHORITY = "local-authority", _("Local authority")
        DONOR = "donor", _("Donor")
        PRIVATE = "private", _("Private sector")
        ACADEMIC = "academic", _("Academic institution")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    name_uk = models.CharField(max_length=200, blank=True)
    acronym = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER)
    home = models.ForeignKey("places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    displaced_from = models.ForeignKey(
        "places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="For an institution in exile."
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    source = models.CharField(max_length=300, blank=True)
    from_row = models.ForeignKey("intake.Row", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="organisation_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name_uk if self.name_uk and (get_language() or "uk").startswith("uk") else self.name

    def scope(self) -> Scope:
        return Scope(organisation=str(self.pk))

    @property
    def kept(self) -> Organisation:
        """The record that stands for this organisation: itself, or the one it was merged into."""
        one, seen = self, {self.pk}
        while one.merged_into is not None and one.merged_into.pk not in seen:
            one = one.merged_into
            seen.add(one.pk)
        return one


class OrganisationRole(models.Model):
    """What an organisation is in this response; one may be several things, each for a time."""

    class Kind(models.TextChoices):
        DONOR = "donor", _("Donor")
        IMPLEMENTING = "implementing", _("Implementing partner")
        PIPELINE = "pipeline", _("Common Pipeline partner")
        AUTHORITY = "authority", _("Authority")
        CSO = "cso", _("Civil society partner")
        COORDINATION = "coordination", _("Coordination body")
        LEAD = "lead", _("Lead agency")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "since"], nulls_distinct=False, name="organisation_role_once")
        ]


class Presence(models.Model):
    """An organisation works in an area, in a sector, for a time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="presences")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    sector = models.CharField(max_length=40, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    from_row = models.ForeignKey("intake.Row", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "place", "sector", "since"], nulls_distinct=False, name="presence_once")
        ]


class Contact(models.Model):
    """Somebody to call at an organisation. Name, phone and mail are sealed with the contact's own key (key subject = this id)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    duty = models.CharField(max_length=120, help_text="What to call them about: information management, warehouse, PSEA focal point …")
    name = SealedField()
    phone = SealedField(null=True)
    email = SealedField(null=True)
    checked_on = models.DateField(null=True, blank=True, help_text="When somebody last found these details right.")
    recorded_at = models.DateTimeField(default=timezone.now)

    def scope(self) -> Scope:
        return self.organisation.scope()


class Alias(models.Model):
    """One spelling of an organisation's name, decided once by a person (or by the exact name) and never asked again."""

    spelling = models.CharField(max_length=200, help_text="As it was written.")
    folded = models.CharField(max_length=200, unique=True, help_text="partners.naming.fold(spelling): what is compared.")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    learned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    learned_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=300, blank=True)


class Spelling(models.Model):
    """A name somebody met that nothing recognised, waiting for a decision, and the decision (kept so that it can be undone)."""

    spelling = models.CharField(max_length=200, help_text="As it was written the first time.")
    folded = models.CharField(max_length=200, unique=True)
    lines = models.PositiveIntegerField(default=1, help_text="How many lines it was met in.")
    kind = models.CharField(max_length=20, choices=Organisation.Kind.choices, blank=True, help_text="What the list says it is, if it does.")
    source = models.CharField(max_length=300, blank=True)
    met_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What it was decided to be; empty: not an organisation.",
    )
    made_organisation = models.BooleanField(default=False, help_text="The decision made the organisation, so undoing it takes that back.")

    class Meta:
        indexes = [models.Index(fields=["decided_at", "folded"], name="spelling_waiting")]
