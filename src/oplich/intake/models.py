"""What was handed in, kept as evidence: the file, every line of it, what was wrong with it, and how its columns were read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oplich.core.ids import uuid7
from oplich.core.permissions import Scope


class Upload(models.Model):
    """One file handed in by one sender. The file itself is kept sealed (key subject = this id) until its retention ends."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        READING = "reading", _("Being read")
        MAPPING = "mapping", _("Columns to be matched")
        CHECKED = "checked", _("Checked")
        ACCEPTING = "accepting", _("Being taken in")
        ACCEPTED = "accepted", _("Taken in")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sheet = models.CharField(max_length=40, blank=True, help_text="Slug of the sheet it was read as; empty until known.")
    organisation = models.CharField(max_length=36, blank=True, help_text="The sender's id; empty: the office itself.")
    sender = models.CharField(max_length=200, blank=True, help_text="The sender's name as it was when handed in.")
    area = models.CharField(max_length=80, blank=True, help_text="Place path the upload is bound to; usually empty.")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    kept_at = models.CharField(max_length=200, blank=True, help_text="Where the sealed file lies below the data folder; empty: destroyed.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    refusal = models.TextField(blank=True, help_text="Why it was refused, in words for the sender.")
    mapping = models.JSONField(null=True, help_text="How the columns were read; null: our own template.")
    layout = models.JSONField(default=dict, help_text="Sheets, header rows and columns found by the reader.")
    rows_read = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    faults_found = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_replaced = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-received_at"], name="upload_sender"),
            models.Index(fields=["state", "-received_at"], name="upload_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sheet", "sha256"],
                condition=~Q(state__in=["refused", "withdrawn"]),
                name="upload_file_once_per_sender",
            )
        ]

    def scope(self) -> Scope:
        return Scope(organisation=self.organisation, area=self.area)


class Row(models.Model):
    """One line of an upload as it stood in the file, and what became of it. Personal cells are sealed.

    `key` says which fact the line is about (the sheet decides what identifies one); of the taken rows of one sender and sheet
    exactly one per key is in force. `digest` is of the checked values: the same digest again changes nothing.
    """

    class State(models.TextChoices):
        FAULTY = "faulty", _("Has faults")
        GOOD = "good", _("Good")
        TAKEN = "taken", _("Taken in")
        UNCHANGED = "unchanged", _("Already there")
        REPLACED = "replaced", _("Replaced by a later row")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="rows")
    sheet_name = models.CharField(max_length=100, blank=True, help_text="The worksheet's name in the file.")
    number = models.PositiveIntegerField(help_text="The line as Excel numbers it, from 1.")
    part = models.PositiveSmallIntegerField(
        default=0, help_text="Which of several records read out of one line (matrices, several clusters in a cell)."
    )
    values = models.JSONField(default=dict, help_text="Checked values by column slug; personal columns are absent here.")
    sealed = models.BinaryField(null=True, help_text="Personal values (JSON), sealed with the upload's key; null after erasure.")
    key = models.CharField(max_length=64, help_text="Hex digest naming the fact; keyed (blind) where personal.")
    digest = models.CharField(max_length=64)
    mark = models.CharField(
        max_length=60, blank=True, help_text="What the hidden column of a template or returned workbook says this line is."
    )
    state = models.CharField(max_length=10, choices=State.choices)
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by", help_text="The row it replaced, or found unchanged."
    )
    in_force_key = models.CharField(
        max_length=160, null=True, unique=True, help_text="organisation|sheet|key while in force; null otherwise."
    )

    class Meta:
        indexes = [
            models.Index(fields=["upload", "state", "id"], name="row_of_upload"),
            models.Index(fields=["mark"], name="row_mark", condition=~Q(mark="")),
        ]
        constraints = [models.UniqueConstraint(fields=["upload", "sheet_name", "number", "part"], name="row_once_per_line")]


class Fault(models.Model):
    """Something in one cell that cannot be taken in: where it stands, what was found, what was expected, what it may mean."""

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="faults")
    sheet_name = models.CharField(max_length=100, blank=True)
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    column = models.CharField(max_length=60, help_text="Column slug of the sheet.")
    column_letter = models.CharField(max_length=4, blank=True)
    code = models.CharField(max_length=40, help_text="Kind of fault; its words are made in the reader's language.")
    detail = models.JSONField(default=dict, help_text="What the words need: expected, suggestion …; never the value of a personal cell.")
    sealed = models.BinaryField(null=True, help_text="The found value, sealed with the upload's key where the column is personal.")

    class Meta:
        indexes = [models.Index(fields=["upload", "id"], name="fault_of_upload")]


class Mapping(models.Model):
    """How one sender's files of one shape are read: remembered once, proposed again."""

    organisation = models.CharField(max_length=36, blank=True)
    sheet = models.CharField(max_length=40)
    shape = models.CharField(max_length=64, help_text="Digest of the header words.")
    columns = models.JSONField(help_text="The mapping file's content (docs/guides/handing-in.md).")
    learned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    learned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "sheet", "shape"], name="mapping_once_per_shape")]
