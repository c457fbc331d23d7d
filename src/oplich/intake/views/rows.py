"""One line of a file by itself: the evidence a number rests on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render

from oplich.core import paging
from oplich.intake import lines, queries, showing
from oplich.intake.models import Row
from oplich.intake.views.uploads import find, names_asked_for


@login_required
def show(request, pk):
    row = Row.objects.select_related("upload", "upload__by", "upload__accepted_by", "replaces", "replaces__upload").filter(pk=pk).first()
    if row is None:
        raise Http404
    upload = find(request, row.upload_id)
    reveal = names_asked_for(request, upload)
    sheet = showing.sheet_of(upload)
    visible = queries.uploads(request.user)
    context = {
        "row": row,
        "upload": upload,
        "sheet": sheet,
        "meaning": lines.ROW_MEANINGS[row.state],
        "cells": lines.table_of(upload, [row], reveal=reveal),
        "reveal": reveal,
        "may_see_names": bool(row.sealed and showing.may_see_names(request.user, upload)),
        "became": lines.became(request.user, row),
        "faults": queries.tell(upload, list(queries.faults(upload).filter(sheet_name=row.sheet_name, number=row.number)), reveal=reveal),
        "replaces": row.replaces if row.replaces and visible.filter(pk=row.replaces.upload_id).exists() else None,
        "replaced_by": row.replaced_by.filter(upload__in=visible).select_related("upload").first(),
    }
    return render(request, "intake/row.html", context)


@login_required
def listing(request, pk):
    """The lines of one file, page by page."""
    upload = find(request, pk)
    found = Row.objects.filter(upload=upload)
    state = request.GET.get("state", "")
    if state in Row.State.values:
        found = found.filter(state=state)
    reveal = names_asked_for(request, upload)
    page = paging.page(found, order=("pk",), after=request.GET.get("after"), size=100)
    context = {
        "upload": upload,
        "shown": showing.shown(upload, request.user),
        "page": page,
        "table": lines.table_of(upload, page.rows, reveal=reveal),
        "states": Row.State.choices,
        "state": state,
        "reveal": reveal,
    }
    context["may_see_names"] = bool(
        context["shown"].sheet and context["shown"].sheet.personal and showing.may_see_names(request.user, upload)
    )
    return render(request, "intake/rows.html", context)
