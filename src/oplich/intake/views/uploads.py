"""Files handed in: the list, the form, and one file with everything about it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oplich.core import journal, paging, permissions, sealing
from oplich.core.models import Entry
from oplich.core.refusal import NotAllowed, Refusal
from oplich.intake import actions, forms, keeping, lines, opening, queries, showing, uploading, words, work
from oplich.intake.models import Fault, Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_FAULTS, FAULTS_A_PAGE, FIRST_LINES = 25, 100, 8
COMPARED_AT_ONCE = 2_000  # so many lines are compared with what is there while the page is made; more, in a panel of its own


def find(request, pk) -> Upload:
    """The upload, or the same answer for a missing one and one that may not be seen."""
    found = queries.uploads(request.user).select_related("job", "by", "accepted_by", "corrects").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def must(request, deed: str, upload: Upload) -> None:
    if not permissions.may(request.user, deed, at=upload):
        raise Http404


def names_asked_for(request, upload: Upload) -> bool:
    """Whether personal values are to be shown: asked for, allowed, and written down."""
    if request.GET.get("names") != "shown" or not showing.may_see_names(request.user, upload):
        return False
    journal.write(by=request.user, what="upload.names_seen", subject=upload)
    return True


@login_required
def listing(request):
    if not permissions.may(request.user, "intake.see"):
        raise Http404
    chosen = forms.Filter(request.GET)
    chosen.is_valid()
    wanted = chosen.cleaned_data
    found = queries.uploads(request.user).select_related("job", "by")
    if wanted.get("state"):
        found = found.filter(state=wanted["state"])
    if wanted.get("sheet"):
        found = found.filter(sheet=wanted["sheet"])
    if wanted.get("sender"):
        found = found.filter(sender__icontains=wanted["sender"])
    page = paging.page(found, order=("-received_at", "-pk"), after=request.GET.get("after"))
    context = {
        "page": page,
        "rows": [showing.shown(upload, request.user) for upload in page.rows],
        "filter": chosen,
        "filtered": any(wanted.values()),
        "states": Upload.State.choices,
        "sheets": forms.sheets_offered(),
        "may_hand_in": permissions.may(request.user, "intake.hand_in"),
    }
    return render(request, "intake/uploads.html", context)


@login_required
def hand_in(request, pk=None):
    """The form; with `pk`, to hand in what corrects that upload."""
    if not permissions.may(request.user, "intake.hand_in"):
        raise Http404
    corrects = find(request, pk) if pk else None
    if request.method != "POST":
        initial = {"corrects": corrects.pk, "sheet": corrects.sheet, "sender": _sender_value(request, corrects)} if corrects else {}
        return _form(request, forms.HandIn(user=request.user, initial=initial), corrects)
    try:
        uploading.sent_file(request)
    except Refusal as refusal:
        form = forms.HandIn(request.POST, user=request.user)
        form.errors.clear()
        form.add_error("file", str(refusal))
        return _form(request, form, None, status=refusal.status)
    form = forms.HandIn(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _form(request, form, None, status=422)
    given = form.cleaned_data
    corrects = given["corrects"]
    try:
        with transaction.atomic():
            upload = actions.receive(
                by=request.user,
                file=given["file"],
                file_name=given["file"].name,
                organisation=given["sender"].organisation,
                sender=given["sender"].name,
                sheet=given["sheet"],
                corrects=corrects,
                id=given["id"],
            )
            if upload.state == Upload.State.RECEIVED:
                work.ask_check(by=request.user, upload=upload)
    except NotAllowed:
        form.add_error("sender", _("You may not hand in files on behalf of this organisation. Choose your own."))
        return _form(request, form, corrects, status=422)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _form(request, form, corrects, status=422)
    return _next(request, reverse("intake:upload", args=[upload.pk]))


def _sender_value(request, corrects: Upload) -> str:
    own = permissions.scopes(request.user, "intake.hand_in")
    bound = own and all(scope.organisation for scope in own)
    return corrects.organisation if bound else corrects.sender


def _form(request, form, corrects, *, status=200):
    context = {
        "form": form,
        "corrects": corrects,
        "most": settings.OPLICH_UPLOAD_BYTES,
        "most_mb": settings.OPLICH_UPLOAD_BYTES // 1_000_000,
        "senders_known": []
        if form.own
        else queries.uploads(request.user).exclude(sender="").values_list("sender", flat=True).distinct().order_by("sender")[:200],
    }
    return render(request, "intake/hand_in.html", context, status=status)


def _next(request, url: str) -> HttpResponse:
    """Where to go after a deed: a redirect, or the address in a header for the upload script, which cannot follow one."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=201, headers={"X-Next": url})
    return redirect(url)


@login_required
def show(request, pk):
    return show_with(request, find(request, pk))


def show_with(request, upload: Upload, *, refusal: Refusal | None = None):
    """The upload's page; with a refusal, its words on top."""
    reveal = names_asked_for(request, upload)
    shown = showing.shown(upload, request.user)
    context = {"shown": shown, "upload": upload, "refusal": refusal, "reveal": reveal}
    context["may_see_names"] = bool(shown.sheet and shown.sheet.personal and showing.may_see_names(request.user, upload))
    if upload.state in (Upload.State.CHECKED, Upload.State.ACCEPTED, Upload.State.WITHDRAWN) and not shown.job:
        context |= {
            "groups": queries.fault_groups(upload),
            "faults": queries.tell(upload, list(queries.faults(upload)[:FIRST_FAULTS]), reveal=reveal),
            "more_faults": max(0, upload.faults_found - FIRST_FAULTS),
            "preview": lines.first_lines(upload, reveal=reveal, limit=FIRST_LINES),
        }
        context["notes"] = queries.notes(upload)
        if upload.state == Upload.State.CHECKED and upload.rows_good > COMPARED_AT_ONCE:
            context["compare_later"] = True
        elif upload.state == Upload.State.CHECKED:
            context["changes"] = queries.changes(upload)
    context["may_have_file"] = bool(upload.kept_at) and showing.may_have_file(request.user, upload)
    context["corrections"] = queries.uploads(request.user).filter(corrects=upload).order_by("-received_at")[:20]
    context["entries"] = (
        Entry.objects.filter(subject_kind="intake.upload", subject_id=str(upload.pk)).select_related("by").order_by("-id")[:50]
    )
    return render(request, "intake/upload.html", context, status=refusal.status if refusal else 200)


@login_required
def changes(request, pk):
    """What taking it in would change: a panel of the upload's page, and a page by itself where no script runs."""
    upload = find(request, pk)
    if upload.state != Upload.State.CHECKED:
        return redirect("intake:upload", upload.pk)
    context = {"upload": upload, "shown": showing.shown(upload, request.user), "changes": queries.changes(upload)}
    return render(request, "intake/_outcome.html" if request.htmx else "intake/changes.html", context)


@login_required
def faults(request, pk):
    """Every fault, page by page, of one column or kind if wanted."""
    upload = find(request, pk)
    found = Fault.objects.filter(upload=upload)
    groups = queries.fault_groups(upload)
    column, code = request.GET.get("column", ""), request.GET.get("code", "")
    if (column and column not in {one["column"] for one in groups}) or (code and code not in {one["code"] for one in groups}):
        raise Http404
    if column:
        found = found.filter(column=column)
    if code:
        found = found.filter(code=code)
    reveal = names_asked_for(request, upload)
    page = paging.page(found, order=("pk",), after=request.GET.get("after"), size=FAULTS_A_PAGE)
    shown = showing.shown(upload, request.user)
    context = {
        "upload": upload,
        "shown": shown,
        "page": page,
        "faults": queries.tell(upload, page.rows, reveal=reveal),
        "groups": groups,
        "column": column,
        "code": code,
        "reveal": reveal,
        "may_see_names": bool(shown.sheet and shown.sheet.personal and showing.may_see_names(request.user, upload)),
    }
    return render(request, "intake/faults.html", context)


@login_required
def returned(request, pk):
    """The workbook with its faults marked. It is the sender's own file, names and all: for who hands in, or may see names."""
    upload = find(request, pk)
    if not showing.may_have_file(request.user, upload):
        raise Http404
    try:
        body = queries.returned_workbook(upload, (get_language() or "uk")[:2])
    except Refusal as refusal:
        return show_with(request, upload, refusal=refusal)
    journal.write(by=request.user, what="upload.returned", subject=upload)
    return file_answer(body, showing.returned_name(upload))


@login_required
def kept(request, pk):
    """The file as it was handed in, byte for byte: the evidence itself. For who hands in, or may see names; written down."""
    upload = find(request, pk)
    if not showing.may_have_file(request.user, upload):
        raise Http404
    try:
        file = keeping.open_kept(upload)
    except (sealing.Erased, sealing.CannotOpen) as error:
        code = "erased" if isinstance(error, sealing.Erased) else "changed"
        return show_with(request, upload, refusal=opening.NotReadable(words.refused(code)))
    journal.write(by=request.user, what="upload.file_taken", subject=upload)
    answer = FileResponse(file, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = showing.disposition(upload.file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def file_answer(body: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = showing.disposition(name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
