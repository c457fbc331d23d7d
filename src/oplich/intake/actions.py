"""Deeds on uploads: receive a file, say how its columns are read, check it, take it in, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oplich.core import journal, keys, permissions
from oplich.core.permissions import Scope
from oplich.core.refusal import NotAllowed, Refusal
from oplich.intake import evidence, filing, keeping, mapping, taking, words
from oplich.intake.models import Fault, Mapping, Row, Upload
from oplich.intake.opening import NotReadable, opened
from oplich.intake.reading.tables import Table
from oplich.intake.sheets import Sheet, all_sheets

Progress = Callable[[int, int], Any]  # done, total (0: not known); may raise jobs.Cancelled
State = Upload.State


class ColumnsUnknown(Refusal):
    """Nobody has said yet what the columns of this file mean."""


class NotChecked(Refusal):
    """The upload has not been checked, or is not in a state in which this can be done."""


class HasFaults(Refusal):
    """All lines were to be taken in, but some have faults."""


class AlreadyTakenIn(Refusal):
    """The upload was taken in before."""


@transaction.atomic
def receive(
    *,
    by,
    file: BinaryIO,
    file_name: str,
    organisation: str = "",
    sender: str = "",
    sheet: str = "",
    corrects: Upload | None = None,
    id: uuid.UUID | None = None,
) -> Upload:
    """Keep a file as evidence, sealed. The same file again from the same sender is the same upload.

    Raises NotAllowed, NotReadable (too large or empty).
    """
    organisation = str(organisation or "")
    permissions.require(by, "intake.hand_in", at=Scope(organisation=organisation))
    if corrects is not None:
        permissions.require(by, "intake.hand_in", at=corrects)
        organisation, sender = corrects.organisation, sender or corrects.sender
        sheet = sheet or corrects.sheet
    if sheet:
        permissions.require(by, _sheet(sheet).deed, at=Scope(organisation=organisation))
    taking.lock(f"intake-receive|{organisation}")
    if id is not None and (same := Upload.objects.filter(pk=id).first()) is not None:
        permissions.require(by, "intake.hand_in", at=same)
        return same
    try:
        sha256, size = keeping.measure(file)
    except keeping.TooLarge:
        raise NotReadable(words.refused("too-large-file", {"megabytes": keeping.most_megabytes()}), field="file") from None
    if not size:
        raise NotReadable(words.refused("empty"), field="file")
    if (same := _same(organisation, sheet, sha256)) is not None:
        return same
    upload = Upload(organisation=organisation, sender=sender[:200], sheet=sheet, file_name=_plain_name(file_name), by=by, corrects=corrects)
    upload.pk = id or upload.pk
    upload.sha256, upload.size_bytes = sha256, size
    upload.kept_at = keeping.keep(file, upload.pk, keys.make([upload.pk])[upload.pk])
    upload.save(force_insert=True)
    journal.write(by=by, what="upload.received", subject=upload, file_name=upload.file_name, sha256=sha256, bytes=size)
    return upload


def _same(organisation: str, sheet: str, sha256: str) -> Upload | None:
    standing = Upload.objects.filter(organisation=organisation, sha256=sha256).exclude(state__in=[State.REFUSED, State.WITHDRAWN])
    if sheet:
        standing = standing.filter(Q(sheet=sheet) | Q(sheet=""))
    return standing.order_by("received_at").first()


def _plain_name(name: str) -> str:
    """The last part of the name, without control characters."""
    last = str(name).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[:255] or "file"


def _sheet(slug: str) -> Sheet:
    try:
        return all_sheets()[slug]
    except KeyError:
        raise NotChecked(mapping.unknown_sheet(slug, all_sheets()), field="sheet") from None


@transaction.atomic
def map_columns(*, by, upload: Upload, mapping: dict) -> Upload:
    """Say what the columns mean, and remember it for this sender. Check again afterwards.

    Raises NotAllowed, AlreadyTakenIn, NotChecked, NotReadable, mapping.NotAMapping.
    """
    permissions.require(by, "intake.hand_in", at=upload)
    upload = _open_for_reading(upload)
    sheets = {sheet.slug: sheet for sheet in filing.candidates(by, upload)} | all_sheets()
    slug = str(mapping.get("sheet") or upload.sheet) if isinstance(mapping, dict) else ""
    sheet = _sheet(slug)
    permissions.require(by, sheet.deed, at=upload)
    with opened(upload, head_only=True) as table:
        choice = filing.choose(upload, table, [sheets[slug]], {}, mapping)
    _learn(by, upload, sheet, mapping, choice, table)
    upload.mapping, upload.sheet, upload.state = mapping, sheet.slug, State.RECEIVED
    upload.save(update_fields=["mapping", "sheet", "state"])
    journal.write(by=by, what="upload.mapped", subject=upload, sheet=sheet.slug)
    return upload


def _learn(by: Any, upload: Upload, sheet: Sheet, said: dict, choice: filing.Choice, table: Table) -> None:
    """The mapping is proposed again for the same header words; the worksheet's name may differ next time when it is the only one."""
    plan = choice.plans[0]
    kept = {name: one for name, one in said.items() if name != "worksheet" or len(table.sheets) > 1}
    shape = mapping.shape(mapping.texts(table.sheets[plan.index], plan.header_row))
    Mapping.objects.update_or_create(
        organisation=upload.organisation,
        sheet=sheet.slug,
        shape=shape,
        defaults={"columns": kept, "learned_by": by, "learned_at": timezone.now()},
    )


@transaction.atomic
def remember(*, by, upload: Upload) -> None:
    """Remember how this upload's columns were read, for the sender's next file of the same shape.

    Raises NotAllowed, NotReadable. An upload that needed no mapping changes nothing.
    """
    permissions.require(by, "intake.hand_in", at=upload)
    if upload.mapping is None:
        return
    sheet = _sheet(upload.sheet)
    with opened(upload, head_only=True) as table:
        choice = filing.choose(upload, table, [sheet], {}, upload.mapping)
    _learn(by, upload, sheet, upload.mapping, choice, table)
    journal.write(by=by, what="upload.mapped", subject=upload, sheet=sheet.slug)


def _open_for_reading(upload: Upload) -> Upload:
    """The upload, locked, when its lines may still be read anew."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state == State.ACCEPTED:
        raise AlreadyTakenIn(_("This file was taken in already. To change something, correct the file and hand it in again."))
    if upload.state == State.WITHDRAWN:
        raise NotChecked(_("This file was withdrawn. Hand it in again if it is needed after all."))
    return upload


def check(*, by, upload: Upload, mapping: dict | None = None, progress: Progress | None = None) -> Upload:
    """Read the file and check every cell: the lines are kept, the faults located. Ends as checked, mapping or refused.

    Not one transaction: the lines are stored piece by piece, and a check that was killed starts again from nothing.
    Raises NotAllowed, NotChecked, AlreadyTakenIn, mapping.NotAMapping. A file that cannot be read ends as refused, with the reason.
    """
    permissions.require(by, "intake.hand_in", at=upload)
    with transaction.atomic():
        upload = _open_for_reading(upload)
        before = State.RECEIVED if upload.state == State.READING else upload.state
        _clear(upload)
        upload.state = State.READING
        upload.save(update_fields=["state"])
    try:
        return _read(by, upload, mapping, progress)
    except NotReadable as refusal:
        return _refuse(by, upload, refusal)
    except BaseException as trouble:  # cancelled, not a mapping, a bug: nothing half read stays
        with transaction.atomic():
            _clear(upload)
            upload.state = before if isinstance(trouble, Refusal) and before == State.MAPPING else State.RECEIVED
            upload.save(update_fields=["state"])
        raise


def _clear(upload: Upload) -> None:
    Fault.objects.filter(upload=upload).delete()
    Row.objects.filter(upload=upload).delete()


def _read(by: Any, upload: Upload, given: dict | None, progress: Progress | None) -> Upload:
    with opened(upload) as table:
        sheets = filing.candidates(by, upload)
        contexts = {sheet.slug: filing.context_for(by, upload.organisation, sheet) for sheet in sheets}
        choice = filing.choose(upload, table, sheets, contexts, given if given is not None else upload.mapping)
        if choice.sheet is None:
            raise NotReadable.because("no-header")
        if choice.plans:
            permissions.require(by, choice.sheet.deed, at=upload)
            counts, notes = filing.file_lines(upload, choice.sheet, choice.plans, table, contexts[choice.sheet.slug], progress)
            if not counts.read and not counts.faults:
                raise NotReadable.because("no-lines")
    with transaction.atomic():
        if not choice.plans:
            upload.state = State.MAPPING
            upload.layout = {"worksheets": [], "notes": table.notes, "guess": choice.sheet.slug}
        else:
            upload.state, upload.sheet, upload.mapping = State.CHECKED, choice.sheet.slug, choice.mapping
            upload.layout = {"worksheets": [plan.as_json() for plan in choice.plans], "notes": notes, "encoding": table.encoding}
            upload.layout["remembered"] = choice.remembered
            upload.rows_read, upload.rows_good, upload.faults_found = counts.read, counts.good, counts.faults
        upload.refusal = ""
        try:
            with transaction.atomic():
                upload.save()
        except IntegrityError:
            raise NotReadable(_same_words(upload)) from None
        journal.write(by=by, what="upload.checked", subject=upload, state=upload.state, rows=upload.rows_read, faults=upload.faults_found)
    return upload


def _same_words(upload: Upload) -> str:
    first = _same(upload.organisation, upload.sheet, upload.sha256)
    day, name = (date_format(first.received_at, "j E Y"), first.file_name) if first else ("", upload.file_name)
    return _("This file was already handed in on %(day)s as “%(name)s”. Open that upload to go on with it.") % {"day": day, "name": name}


def _refuse(by: Any, upload: Upload, refusal: NotReadable) -> Upload:
    with transaction.atomic():
        _clear(upload)
        said: dict[str, Any] = {"state": State.REFUSED, "refusal": str(refusal), "layout": {"refused": refusal.why} if refusal.why else {}}
        Upload.objects.filter(pk=upload.pk).update(**said, rows_read=0, rows_good=0, faults_found=0)
        upload.refresh_from_db()
        journal.write(by=by, what="upload.refused", subject=upload)
    return upload


@transaction.atomic
def accept(*, by, upload: Upload, only_good: bool = False, progress: Progress | None = None) -> Upload:
    """Take in all lines or none; with only_good, the lines without faults. Again changes nothing.

    Raises NotAllowed, NotChecked, HasFaults, and whatever the sheet's room refuses.
    """
    permissions.require(by, "intake.accept", at=upload)
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state == State.ACCEPTED:
        return upload
    if upload.state not in (State.CHECKED, State.ACCEPTING):
        raise NotChecked(_("This file has not been checked yet. Wait until it has, then decide."))
    sheet = _sheet(upload.sheet)
    permissions.require(by, sheet.deed, at=upload)
    if upload.faults_found and not only_good:
        raise HasFaults(_("Some lines have faults. Take in the good ones, or correct the file and hand it in again."))
    if not upload.rows_good:
        raise HasFaults(_("No line can be taken in: each has a fault. Correct the file and hand it in again."))
    key = evidence.key_of(upload)
    if key is None:
        raise NotChecked(words.refused("erased"))
    taking.lock(f"intake-accept|{taking.in_force_prefix(upload)}")
    sorter, done = taking.Sorter(upload), 0
    upload.rows_new = upload.rows_replaced = upload.rows_unchanged = 0
    for rows in taking.good_lines(upload):
        if progress is not None:
            progress(done, upload.rows_good)
        sorted_ = sorter.sort(rows)
        taking.write_down(sorted_, sorter.prefix)
        taking.hand_over(by=by, upload=upload, sheet=sheet, sorted_=sorted_, key=key)
        upload.rows_new += len(sorted_.new)
        upload.rows_replaced += len(sorted_.replacing)
        upload.rows_unchanged += len(sorted_.unchanged)
        done += len(rows)
    upload.state, upload.accepted_at, upload.accepted_by = State.ACCEPTED, timezone.now(), by
    upload.save(update_fields=["state", "accepted_at", "accepted_by", "rows_new", "rows_replaced", "rows_unchanged"])
    journal.write(
        by=by,
        what="upload.accepted",
        subject=upload,
        new=upload.rows_new,
        replaced=upload.rows_replaced,
        unchanged=upload.rows_unchanged,
        left_out=upload.rows_read - upload.rows_good,
    )
    _tell_the_rooms_above(by, upload)
    return upload


@transaction.atomic
def withdraw(*, by, upload: Upload, reason: str = "") -> Upload:
    """Take back everything the upload brought in; what it had replaced does not come back by itself.

    Raises NotAllowed, NotChecked.
    """
    permissions.require(by, "intake.withdraw", at=upload)
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state == State.WITHDRAWN:
        return upload
    if upload.state == State.REFUSED:
        raise NotChecked(_("This file was refused, so there is nothing to take back."))
    taken = 0
    if upload.state == State.ACCEPTED:
        sheet = _sheet(upload.sheet)
        while rows := list(Row.objects.filter(upload=upload, state=Row.State.TAKEN).order_by("pk")[: taking.CHUNK]):
            sheet.withdraw(by=by, upload=upload, rows=rows)
            Row.objects.filter(pk__gte=rows[0].pk, pk__lte=rows[-1].pk, upload=upload, state=Row.State.TAKEN).update(
                state=Row.State.WITHDRAWN, in_force_key=None
            )
            taken += len(rows)
    upload.state = State.WITHDRAWN
    upload.save(update_fields=["state"])
    journal.write(by=by, what="upload.withdrawn", subject=upload, rows=taken, reason=reason[:300])
    if taken:
        _tell_the_rooms_above(by, upload)
    return upload


def _tell_the_rooms_above(by: Any, upload: Upload) -> None:
    """What the ledgers hold has changed: the functions that settings name may ask for work that follows from it."""
    for path in settings.OPLICH_AFTER_ACCEPT:
        import_string(path)(by=by, upload=upload)


def _upload(by: Any, pk: str) -> Upload:
    upload = Upload.objects.filter(pk=pk).first()
    if upload is None:
        raise NotAllowed(_("There is nothing here that you may open or change. Ask the person who gave you access."))
    return upload


def check_job(*, job, upload: str, mapping: dict | None = None) -> tuple[str, str]:
    """Check as a job: jobs.ask(path="oplich.intake.actions.check_job", arguments={"upload": str(upload.pk)})."""
    found = _upload(job.by, upload)
    if found.state in (State.ACCEPTED, State.WITHDRAWN):
        return _("Nothing was left to do."), reverse("intake:upload", args=[found.pk])
    found = check(by=job.by, upload=found, mapping=mapping, progress=job.step)
    if found.state == State.REFUSED:
        raise NotReadable(found.refusal)
    if found.state == State.MAPPING:
        said = _("Say what the columns mean, then the lines can be checked.")
    elif found.faults_found:
        said = ngettext("%(faults)s fault was found.", "%(faults)s faults were found.", found.faults_found) % {"faults": found.faults_found}
    else:
        said = ngettext("%(rows)s line is ready to be taken in.", "%(rows)s lines are ready to be taken in.", found.rows_good) % {
            "rows": found.rows_good
        }
    return said, reverse("intake:upload", args=[found.pk])


def accept_job(*, job, upload: str, only_good: bool = False) -> tuple[str, str]:
    """Take in as a job: jobs.ask(path="oplich.intake.actions.accept_job", arguments={"upload": str(upload.pk), "only_good": False})."""
    found = accept(by=job.by, upload=_upload(job.by, upload), only_good=only_good, progress=job.step)
    said = _("Taken in: %(new)s new, %(replaced)s replaced, %(unchanged)s unchanged.") % {
        "new": found.rows_new,
        "replaced": found.rows_replaced,
        "unchanged": found.rows_unchanged,
    }
    return said, reverse("intake:upload", args=[found.pk])
