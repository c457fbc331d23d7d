"""Work on uploads that takes longer than a page may: asked for here, done by the worker, shown on the upload's page."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oplich.core import jobs, permissions
from oplich.core.models import Job
from oplich.intake import actions
from oplich.intake.models import Upload

UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)


def under_way(upload: Upload) -> Job | None:
    """The job that works on this upload now, or None."""
    return upload.job if upload.job is not None and upload.job.state in UNFINISHED else None


@transaction.atomic
def ask_check(*, by: Any, upload: Upload) -> Job:
    """Have the file read and checked. Raises NotAllowed."""
    permissions.require(by, "intake.hand_in", at=upload)
    return _ask(by, upload, "check", _("Checking “%(file)s”") % {"file": upload.file_name})


@transaction.atomic
def ask_accept(*, by: Any, upload: Upload, only_good: bool = False) -> Job:
    """Have the checked lines taken in. Raises NotAllowed, NotChecked, HasFaults, AlreadyTakenIn as the deed itself would."""
    permissions.require(by, "intake.accept", at=upload)
    if upload.state == Upload.State.ACCEPTED:
        raise actions.AlreadyTakenIn(_("This file was taken in already. To change something, correct the file and hand it in again."))
    if upload.state != Upload.State.CHECKED or under_way(upload):
        raise actions.NotChecked(_("This file has not been checked yet. Wait until it has, then decide."))
    if upload.faults_found and not only_good:
        raise actions.HasFaults(_("Some lines have faults. Take in the good ones, or correct the file and hand it in again."))
    return _ask(by, upload, "accept", _("Taking in “%(file)s”") % {"file": upload.file_name}, only_good=only_good)


def _ask(by: Any, upload: Upload, deed: str, title: str, **arguments: Any) -> Job:
    job = jobs.ask(
        by=by,
        path=f"oplich.intake.actions.{deed}_job",
        title=title,
        arguments={"upload": str(upload.pk), **arguments},
        once_key=f"intake-{upload.pk}",
    )
    upload.job = job
    upload.save(update_fields=["job"])
    return job
