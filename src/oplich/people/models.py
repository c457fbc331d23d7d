"""Names, the most guarded room: who was registered, with whom they live, what they agreed to. Personal fields are sealed per person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oplich.core.fields import SealedField
from oplich.core.ids import uuid7
from oplich.core.permissions import Scope


class Person(models.Model):
    """One human being as far as is certain. Carries no name: names are on registrations, sealed with this person's key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, help_text="Names destroyed; the anonymous facts stay counted.")


class SameHuman(models.Model):
    """Two persons turned out to be one human being (one record, matched to both). A link, so that it can be undone."""

    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=60)
    method = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    shown_by = models.ForeignKey(
        "Registration",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The registration that fits both; taken back with it.",
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], condition=Q(undone_at__isnull=True), name="same_human_linked_once")]


class Household(models.Model):
    """People who live and are helped together, as one organisation wrote them down."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registered_with = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=80, blank=True, help_text="The organisation's own number of the household.")
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registered_with", "reference"], condition=~Q(reference=""), name="household_reference_once")
        ]


class RegistrationQuerySet(models.QuerySet):
    def in_force(self):
        """Without what was taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Registration(models.Model):
    """What one organisation wrote down about one human being on one day. Sealed fields open with `person`'s key."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("Female")
        MALE = "m", _("Male")
        UNKNOWN = "", _("Unknown")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="members")
    registered_with = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", help_text="Where they live now, hromada or coarser."
    )
    from_place = models.ForeignKey(
        "places.Place", null=True, on_delete=models.PROTECT, related_name="+", help_text="Where they were displaced from."
    )
    surname = SealedField(null=True)
    given_name = SealedField(null=True)
    patronymic = SealedField(null=True)
    birth_date = SealedField(null=True)
    phone = SealedField(null=True)
    tax_number = SealedField(null=True)
    document = SealedField(null=True)
    address = SealedField(null=True)
    note = SealedField(null=True)
    needs = SealedField(null=True, help_text="Special needs: codes of Registration.NEEDS, comma-separated.")
    birth_year = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    has_needs = models.BooleanField(
        default=False, help_text="Whether any special need was written down, for planning; which one is sealed."
    )
    population_group = models.CharField(max_length=20, blank=True)
    tax_index = models.CharField(max_length=32, blank=True, db_index=True, help_text="Blind index, purpose recognise/tax.")
    name_index = models.CharField(
        max_length=32, blank=True, db_index=True, help_text="Blind index of name + birth date + phone, purpose recognise/name."
    )
    phone_index = models.CharField(max_length=32, blank=True, db_index=True, help_text="Blind index, purpose find/phone.")
    born_index = models.CharField(
        max_length=32, blank=True, db_index=True, help_text="Blind index of name + birth date, purpose find/born."
    )
    from_row = models.ForeignKey("intake.Row", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, help_text="Taken back, or replaced by a corrected one: no longer matched or shown.")
    registered_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    NEEDS = {
        "disability": _("Disability"),
        "chronic-illness": _("Chronic illness"),
        "older-alone": _("Older person living alone"),
        "single-parent": _("Single parent"),
        "pregnant": _("Pregnant or nursing"),
        "unaccompanied-child": _("Unaccompanied child"),
        "limited-mobility": _("Limited mobility"),
    }

    objects = RegistrationQuerySet.as_manager()

    def scope(self) -> Scope:
        return Scope(organisation=str(self.registered_with_id), area=self.place.path)


class Consent(models.Model):
    """What a person agreed to, for which purpose, in which words, and when they took it back. One row per purpose."""

    class Purpose(models.TextChoices):
        ASSISTANCE = "assistance", _("To be helped")
        SHARING = "sharing", _("To be referred to other organisations")
        STATISTICS = "statistics", _("To be counted in statistics")
        PHOTO = "photo", _("Photographs")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    given_on = models.DateField()
    language = models.CharField(max_length=5, blank=True)
    wording = models.CharField(max_length=40, default="2023-01", help_text="Version of the text that was read out.")
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "purpose"], name="consent_once_per_purpose")]


class Draft(models.Model):
    """A registration somebody began and keeps for later. Seen by nobody else; sealed with its own key (key subject = this id)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = SealedField()
    people = models.PositiveSmallIntegerField(default=1)
    kept_at = models.DateTimeField(default=timezone.now)
