"""What every room needs: who signs in, what they may do, what was done, which key opens whose record, which work is running."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oplich.core.ids import uuid7
from oplich.core.permissions import Scope


class User(AbstractUser):
    """Somebody who signs in: staff of the office or of a partner. Never a person helped."""

    full_name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(max_length=5, default="uk", choices=[("uk", "Українська"), ("en", "English")])
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When the home page was last seen; what changed since is shown.")

    narrowed_to: ApiToken  # only when a program signed in, by `tokens.user_of`

    def __str__(self) -> str:
        return self.full_name or self.username

    def live_grants(self) -> list[Grant]:
        """The user's grants, read once per request object."""
        if not hasattr(self, "_live_grants"):
            self._live_grants = list(Grant.objects.filter(user=self))
        return self._live_grants

    def forget_grants(self) -> None:
        self.__dict__.pop("_live_grants", None)


class Scoped(models.Model):
    """Columns of anything bound to organisation × area × purpose. Empty means not bound."""

    organisation = models.CharField(max_length=36, blank=True, help_text="An organisation's id; empty: every organisation.")
    area = models.CharField(max_length=80, blank=True, help_text="A place path such as UA/UA63/; empty: everywhere.")
    purpose = models.CharField(max_length=40, blank=True, help_text="assistance, statistics, protection …; empty: every purpose.")

    class Meta:
        abstract = True

    def scope(self) -> Scope:
        return Scope(self.organisation, self.area, self.purpose)


class Grant(Scoped):
    """One role, given to one user in one organisation × area × purpose, for a time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "organisation", "area", "purpose"], name="grant_given_once")]

    def is_live(self, now) -> bool:
        return self.until is None or now < self.until


class ApiToken(Scoped):
    """A key for a program. It acts as its user, in one role and scope, and never beyond what the user may."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token; the token itself is shown once.")
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Entry(models.Model):
    """One line of the journal: who did what, when, to which record. Append-only; sealed into a chain by `journal.seal`."""

    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    organisation = models.CharField(max_length=36, blank=True)
    area = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="entry_subject"),
            models.Index(fields=["what", "id"], name="entry_what"),
        ]


class Seal(models.Model):
    """A journal line's place in the chain: `digest` covers the line and the seal before. Written by one appender only."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField(default=timezone.now)


class Key(models.Model):
    """The data key of one subject (a person, or an upload's file), wrapped by the key file. Deleting the row erases what it sealed."""

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)


class Erasure(models.Model):
    """A subject whose key was destroyed. Kept for ever and copied beside the backups, so that a restore erases again."""

    subject = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=40)


class Job(models.Model):
    """A piece of work done outside the request: a dotted path and its arguments. The row is the truth; the queue only wakes the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    path = models.CharField(max_length=120, help_text="Dotted path of the function, which takes `job` and the arguments.")
    arguments = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    once_key = models.CharField(max_length=120, null=True, blank=True, unique=True, help_text="At most one unfinished job has this key.")
    asked_at = models.DateTimeField(default=timezone.now)
    run_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_steps = models.PositiveBigIntegerField(default=0)
    total_steps = models.PositiveBigIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    outcome = models.TextField(blank=True, help_text="What came of it, in words for the person who asked.")
    outcome_url = models.CharField(max_length=200, blank=True)
    stopping: bool  # not kept: filled in by `jobs.look`

    class Meta:
        indexes = [models.Index(fields=["state", "run_at"], name="job_next")]
        constraints = [
            models.CheckConstraint(condition=Q(total_steps=0) | Q(done_steps__lte=F("total_steps")), name="job_steps_within_total")
        ]
