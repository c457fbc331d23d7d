"""This room's part of the HTTP API: the same deeds as the pages, with the same refusals.

Checking and taking in are work of more than a moment: the answer is the upload with its `job`; ask again until `working` is false.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404
from django.utils.translation import get_language
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import StringConstraints

from oplich.core import jobs, journal, paging, permissions
from oplich.core.problems import Problem
from oplich.core.refusal import Refusal
from oplich.intake import actions, forms, queries, senders, showing, uploading, work
from oplich.intake.models import Fault, Upload
from oplich.intake.views.templates import template_for
from oplich.intake.views.uploads import file_answer

router = Router(tags=["intake"])
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]  # PostgreSQL holds no NUL
Limit = Annotated[int, Query(ge=1, le=200, description="How many, 1 to 200.")]
NOT_FOUND = {404: Problem, 422: Problem}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = {"responses": {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}}


class NoFile(Refusal):
    """Nothing was sent to be handed in."""


class UploadOut(Schema):
    """A file that was handed in, and how far it is."""

    id: uuid.UUID
    file_name: str
    sheet: str
    organisation: str
    sender: str
    state: Literal["received", "reading", "mapping", "checked", "accepting", "accepted", "refused", "withdrawn"]
    lead: str = Field(description="The state as a sentence in the language asked for.")
    refusal: str
    sha256: str
    size_bytes: int
    received_at: dt.datetime
    rows_read: int
    rows_good: int
    faults_found: int
    rows_new: int
    rows_replaced: int
    rows_unchanged: int
    accepted_at: dt.datetime | None
    corrects: uuid.UUID | None
    working: bool = Field(description="Whether it is being checked or taken in now.")
    done_steps: int = Field(0, description="Of the work under way: so many of total_steps.")
    total_steps: int = 0


class Uploads(Schema):
    items: list[UploadOut]
    next: str | None


class ChangesOut(Schema):
    """What taking in the good lines would do."""

    new: int
    replaced: int
    unchanged: int
    faulty: int


class FaultOut(Schema):
    """One fault at its cell. Personal values are shown as •••."""

    sheet: str
    row: int
    letter: str
    column: str
    title: str
    code: str
    value: Any = None
    expected: str
    suggestion: str
    words: str


class Faults(Schema):
    items: list[FaultOut]
    next: str | None


class AcceptIn(Schema):
    only_good: bool = Field(False, description="Take in the lines without faults and leave the others.")


class WithdrawIn(Schema):
    reason: str = Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")


class MappingIn(Schema):
    """How the columns are read. Its form is in docs/guides/handing-in.md, and is checked as the page's is."""

    mapping: dict[str, Any] = Field(description="format, sheet, worksheet, columns, constants, matrix, split, skip, repeats …")


class ProposalOut(Schema):
    letter: str
    header: str
    hxl: str
    column: str
    score: float
    why: str


class ProposalsOut(Schema):
    """How the file may be read: a mapping to send back as it is or corrected, and the reasons."""

    sheet: str
    worksheet: str
    worksheets: list[str]
    columns: list[ProposalOut]
    mapping: dict[str, Any]
    remembered: bool
    missing: list[str]


class ColumnOut(Schema):
    name: str
    title: str
    help: str
    hxl: str
    required: bool
    personal: bool


class SheetOut(Schema):
    slug: str
    title: str
    columns: list[ColumnOut]


def find(request, pk: uuid.UUID) -> Upload:
    found = queries.uploads(request.user).select_related("job").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def told(upload: Upload) -> dict[str, Any]:
    job = work.under_way(upload)
    far = jobs.progress(job) if job else jobs.Progress()
    return {
        **{name: getattr(upload, name) for name in UploadOut.model_fields if hasattr(upload, name)},
        "corrects": upload.corrects_id,
        "lead": showing.lead_of(upload),
        "working": job is not None,
        "done_steps": far.done,
        "total_steps": far.total,
    }


@router.get("/uploads", response={200: Uploads, **NOT_FOUND}, summary="Files handed in that you may see, newest first")
def list_uploads(request, state: Text = "", sheet: Text = "", after: str | None = None, limit: Limit = 50):
    permissions.require(request.user, "intake.see")
    found = queries.uploads(request.user).select_related("job")
    if state:
        found = found.filter(state=state)
    if sheet:
        found = found.filter(sheet=sheet)
    page = paging.page(found, order=("-received_at", "-pk"), after=after, size=limit)
    return {"items": [told(upload) for upload in page.rows], "next": page.next}


@router.post("/uploads", response={200: UploadOut, 201: UploadOut, 413: Problem, **NOT_FOUND}, summary="Hand in a file and have it checked")
def hand_in(
    request,
    file: UploadedFile | None = File(None, description="XLSX, XLS, CSV or TSV."),
    id: uuid.UUID | None = Form(None, description="Your id for it. Sending it again with the same id or the same content changes nothing."),
    sheet: Text = Form("", description="A sheet's slug; empty: recognise it."),
    sender: Text = Form("", description="The organisation it comes from: a name in any known spelling, or an id."),
    corrects: uuid.UUID | None = Form(None, description="The upload it corrects."),
):
    """201 when it is new, 200 when it was handed in before."""
    permissions.require(request.user, "intake.hand_in")
    sent = uploading.sent_file(request)
    if sent is None:
        raise NoFile(uploading.nothing_sent(), field="file")
    own = senders.own(request.user)
    given = senders.named(sender) if sender or len(own) != 1 else own[0]
    corrected = find(request, corrects) if corrects else None
    with transaction.atomic():
        upload = actions.receive(
            by=request.user,
            file=sent,
            file_name=sent.name,
            organisation=given.organisation,
            sender=given.name,
            sheet=sheet,
            corrects=corrected,
            id=id,
        )
        fresh = upload.state == Upload.State.RECEIVED and upload.job is None
        if fresh:
            work.ask_check(by=request.user, upload=upload)
    return Status(201 if fresh else 200, told(upload))


@router.get("/uploads/{uuid:pk}", response={200: UploadOut, **NOT_FOUND}, summary="One file handed in")
def one_upload(request, pk: uuid.UUID):
    return told(find(request, pk))


@router.get("/uploads/{uuid:pk}/changes", response={200: ChangesOut, **NOT_FOUND}, summary="What taking it in would change")
def changes(request, pk: uuid.UUID):
    return queries.changes(find(request, pk))


@router.get("/uploads/{uuid:pk}/faults", response={200: Faults, **NOT_FOUND}, summary="Its faults, each at its cell")
def faults(request, pk: uuid.UUID, after: str | None = None, limit: Limit = 50):
    upload = find(request, pk)
    page = paging.page(Fault.objects.filter(upload=upload), order=("pk",), after=after, size=limit)
    items = [
        {
            "sheet": one.sheet,
            "row": one.row,
            "letter": one.letter,
            "column": one.column,
            "title": str(one.title),
            "code": one.fault.code,
            "value": one.value,
            "expected": str(one.expected),
            "suggestion": str(one.suggestion),
            "words": str(one.words),
        }
        for one in queries.tell(upload, page.rows)
    ]
    return {"items": items, "next": page.next}


@router.get(
    "/uploads/{uuid:pk}/returned",
    response={200: None, **NOT_FOUND},
    openapi_extra=WORKBOOK,
    summary="Your workbook with the faults marked (XLSX)",
)
def returned(request, pk: uuid.UUID) -> Any:
    upload = find(request, pk)
    if not showing.may_have_file(request.user, upload):
        raise Http404
    body = queries.returned_workbook(upload, (get_language() or "uk")[:2])
    journal.write(by=request.user, what="upload.returned", subject=upload)
    return file_answer(body, showing.returned_name(upload))


@router.get("/uploads/{uuid:pk}/proposals", response={200: ProposalsOut, **NOT_FOUND}, summary="How its columns may be read")
def proposals(request, pk: uuid.UUID, sheet: Text = "", worksheet: Text = ""):
    upload = find(request, pk)
    permissions.require(request.user, "intake.hand_in", at=upload)
    return queries.proposals(upload, sheet=sheet, worksheet=worksheet)


@router.post("/uploads/{uuid:pk}/mapping", response={200: UploadOut, **NOT_FOUND}, summary="Say how its columns are read, and check it")
def mapping(request, pk: uuid.UUID, said: MappingIn):
    upload = find(request, pk)
    permissions.require(request.user, "intake.hand_in", at=upload)
    with transaction.atomic():
        upload = actions.map_columns(by=request.user, upload=upload, mapping=said.mapping)
        work.ask_check(by=request.user, upload=upload)
    return told(upload)


@router.post("/uploads/{uuid:pk}/check", response={200: UploadOut, **NOT_FOUND}, summary="Check it again")
def check(request, pk: uuid.UUID):
    upload = find(request, pk)
    work.ask_check(by=request.user, upload=upload)
    return told(upload)


@router.post("/uploads/{uuid:pk}/accept", response={200: UploadOut, **NOT_FOUND}, summary="Take in its lines")
def accept(request, pk: uuid.UUID, said: AcceptIn):
    """Taking in what was taken in already answers the same upload and changes nothing."""
    upload = find(request, pk)
    permissions.require(request.user, "intake.accept", at=upload)
    if upload.state != Upload.State.ACCEPTED and not work.under_way(upload):
        work.ask_accept(by=request.user, upload=upload, only_good=said.only_good)
    return told(upload)


@router.post("/uploads/{uuid:pk}/withdraw", response={200: UploadOut, **NOT_FOUND}, summary="Take back what it brought")
def withdraw(request, pk: uuid.UUID, said: WithdrawIn):
    upload = find(request, pk)
    permissions.require(request.user, "intake.withdraw", at=upload)
    if upload.state != Upload.State.WITHDRAWN:
        upload = actions.withdraw(by=request.user, upload=upload, reason=said.reason)
    return told(upload)


@router.get("/templates", response={200: list[SheetOut], **NOT_FOUND}, summary="The kinds of file you may hand in, column by column")
def sheets(request):
    permissions.require(request.user, "intake.hand_in")
    return [
        {
            "slug": one.slug,
            "title": str(one.title),
            "columns": [
                {
                    "name": column.name,
                    "title": str(column.title),
                    "help": str(column.help),
                    "hxl": column.hxl,
                    "required": column.required,
                    "personal": column.personal,
                }
                for column in one.columns
            ],
        }
        for one in forms.sheets_for(request.user)
    ]


@router.get(
    "/templates/{slug:slug}", response={200: None, **NOT_FOUND}, openapi_extra=WORKBOOK, summary="An empty workbook to fill in (XLSX)"
)
def template(request, slug: str, language: Literal["uk", "en"] = "uk") -> Any:
    found = template_for(request.user, slug, language)
    if found is None:
        raise Http404
    return file_answer(*found)
