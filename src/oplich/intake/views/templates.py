"""Templates to fill in: what each sheet asks for, and the empty workbook in either language."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.text import capfirst

from oplich.core import permissions
from oplich.intake import forms, queries, senders
from oplich.intake.sheets import Column, Context, Sheet
from oplich.intake.views.uploads import file_answer

CHOICES_SHOWN = 12


@dataclass
class Explained:
    """One column of a template, with the values it may hold."""

    column: Column
    choices: list[str]
    more: int


def explain(sheet: Sheet) -> list[Explained]:
    found = []
    for column in sheet.columns:
        labels = [str(label) for _, label in column.choices()] if column.choices else []
        found.append(Explained(column, labels[:CHOICES_SHOWN], max(0, len(labels) - CHOICES_SHOWN)))
    return found


@login_required
def listing(request):
    if not permissions.may(request.user, "intake.hand_in"):
        raise Http404
    sheets = forms.sheets_for(request.user)
    wanted = request.GET.get("sheet", "")
    chosen = next((one for one in sheets if one.slug == wanted), sheets[0] if sheets else None)
    context = {"sheets": sheets, "chosen": chosen, "columns": explain(chosen) if chosen else [], "languages": settings.LANGUAGES}
    return render(request, "intake/templates.html", context)


def template_for(user, slug: str, language: str) -> tuple[bytes, str] | None:
    """The empty workbook and its name; None where there is no such sheet for this user."""
    sheet = next((one for one in forms.sheets_for(user) if one.slug == slug), None)
    if sheet is None or language not in dict(settings.LANGUAGES) or not permissions.may(user, "intake.hand_in"):
        return None
    own = senders.own(user)
    context = Context(by=user, organisation=own[0].organisation if own else "", today=timezone.localdate(), language=language)
    with translation.override(language):
        return queries.template(sheet, context=context, language=language), f"{capfirst(str(sheet.title))} {language}.xlsx"


@login_required
def download(request, slug, language):
    found = template_for(request.user, slug, language)
    if found is None:
        raise Http404
    return file_answer(*found)
