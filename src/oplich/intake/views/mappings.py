"""How the columns of a foreign file are read: what we propose, what the person chooses, and what the first lines would say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal
from oplich.intake import actions, forms, lines, queries, showing, work
from oplich.intake.cells import fold
from oplich.intake.models import Upload
from oplich.intake.sheets import Column, Sheet, all_sheets
from oplich.intake.views.uploads import find, must

SPREAD = "*"  # the choice "this column is one of a matrix": its header is a value, its cells are values
SEPARATORS = {",": ",", ";": ";", "/": "/", "|": "|", "\n": "⏎"}
KEPT = ("format", "header_rows", "first_row", "last_row", "skip")  # what the form does not ask and leaves as proposed


@dataclass
class Asked:
    """One column of the file and what is chosen for it."""

    proposal: queries.Proposal
    chosen: str
    certainty: str
    why: str
    examples: list[str]


@dataclass
class Fixed:
    """A column of our sheet that may hold the same value on every line."""

    column: Column
    value: str
    choices: list[tuple[str | bool, Any]]


def certainty_of(proposal: queries.Proposal) -> str:
    """The score of a proposal in words."""
    if not proposal.column:
        return _("We do not know what this is.")
    if proposal.score >= 0.95:
        return _("We are sure.")
    return _("Probably.") if proposal.score >= 0.75 else _("A guess: please look.")


def why_of(proposal: queries.Proposal) -> str:
    return {
        "header": _("Because of the header."),
        "hxl": _("Because of the HXL tag %(tag)s.") % {"tag": proposal.hxl},
        "values": _("Because of what stands in the cells."),
        "remembered": _("Because that is how it was read last time."),
    }.get(proposal.why, "")


def reference_to(proposal: queries.Proposal, proposals: list[queries.Proposal]) -> dict[str, str]:
    """How a mapping names a column: by its header; by its letter where the header is missing or stands twice."""
    header = fold(proposal.header)
    parts = [part for one in proposals for part in {fold(one.header), *map(fold, one.header.split(" / "))}]
    return {"header": proposal.header} if header and parts.count(header) == 1 else {"letter": proposal.letter}


def means(reference: Any, proposal: queries.Proposal) -> bool:
    """Whether a mapping's reference is to this column of the file."""
    if isinstance(reference, dict):
        if "join" in reference or "sum" in reference:
            return any(means(one, proposal) for one in reference.get("join") or reference["sum"])
        if "letter" in reference:
            return str(reference["letter"]).upper() == proposal.letter
        if "hxl" in reference:
            return str(reference["hxl"]).replace(" ", "").lower() == proposal.hxl.replace(" ", "").lower()
        reference = reference.get("header", "")
    return fold(reference) == fold(proposal.header) or str(reference) == proposal.letter


def spread_in(mapping: dict[str, Any], proposals: list[queries.Proposal]) -> set[str]:
    """The letters of the columns that a matrix spreads out."""
    matrix = mapping.get("matrix") or {}
    if "columns" in matrix:
        return {one.letter for one in proposals if any(means(reference, one) for reference in matrix["columns"])}
    letters, inside = set(), False
    for one in proposals if "from" in matrix else []:
        inside = inside or means(matrix["from"], one)
        if inside:
            letters.add(one.letter)
        if means(matrix["to"], one):
            break
    return letters


def together(found: list[queries.Proposal], proposals: list[queries.Proposal]) -> dict[str, Any]:
    """One reference; of several columns with one meaning, numbers are added up and words joined."""
    references = [reference_to(one, proposals) for one in found]
    if len(references) == 1:
        return references[0]
    numeric = all(example.replace(" ", "").replace(".", "").isdigit() for one in found for example in one.examples)
    return {"sum": references} if numeric else {"join": references}


def chosen_in(data, found: queries.Proposals) -> dict[str, Any]:
    """The mapping a person chose in the form."""
    sheet = all_sheets()[found.sheet]
    slugs = [column.name for column in sheet.columns]
    mapping = {name: found.mapping[name] for name in KEPT if name in found.mapping}
    mapping |= {"sheet": found.sheet, "worksheet": found.worksheet, "header_row": found.header_row}
    choices = {one.letter: data.get(f"column-{one.letter}", "") for one in found.columns}
    mapping["columns"] = {
        slug: together(same, found.columns) for slug in slugs if (same := [one for one in found.columns if choices[one.letter] == slug])
    }
    spread = [one for one in found.columns if choices[one.letter] == SPREAD]
    if spread:
        columns = [reference_to(one, found.columns) for one in spread]
        mapping["matrix"] = {"header": data.get("matrix-header", ""), "cell": data.get("matrix-cell", ""), "columns": columns}
    said = {slug: data.get(f"same-{slug}", "").strip() for slug in slugs if slug not in mapping["columns"]}
    mapping["constants"] = {slug: value for slug, value in said.items() if value}
    if data.get("split-column", "") in mapping["columns"] and data.get("split-by", "") in SEPARATORS:
        mapping["split"] = {"column": data["split-column"], "by": data["split-by"]}
        if data.get("split-share", "") in ("repeat", "first", "even"):
            mapping["split"]["share"] = data["split-share"]
    if data.get("repeats") == "keep":
        mapping["repeats"] = "keep"
    return mapping


def asked(found: queries.Proposals, mapping: dict[str, Any], *, sheet: Sheet, reveal: bool) -> list[Asked]:
    """The file's columns with what a mapping says about them."""
    spread, proposed = spread_in(mapping, found.columns), spread_in(found.mapping, found.columns)
    titles = {column.name: str(column.title) for column in sheet.columns}
    headed = titles.get((found.mapping.get("matrix") or {}).get("header", ""), "")
    personal = {column.name for column in sheet.columns if column.personal}
    rows = []
    for proposal in found.columns:
        chosen = next((slug for slug, reference in mapping.get("columns", {}).items() if means(reference, proposal)), "")
        chosen = SPREAD if proposal.letter in spread else chosen
        hidden = not reveal and (chosen in personal or proposal.column in personal)
        examples = [lines.MASK if hidden else str(one) for one in proposal.examples[:3]]
        certainty, why = certainty_of(proposal), why_of(proposal)
        if chosen == SPREAD and proposal.letter in proposed:
            certainty, why = _("The header is a value of “%(column)s”, the cells are numbers.") % {"column": headed}, ""
        elif chosen and chosen != proposal.column:
            certainty, why = _("Your choice."), ""
        rows.append(Asked(proposal, chosen, certainty, why, examples))
    return rows


def fixed(sheet: Sheet, mapping: dict[str, Any]) -> list[Fixed]:
    matrix = mapping.get("matrix") or {}
    taken = {*mapping.get("columns", {}), matrix.get("header"), matrix.get("cell")}
    constants = mapping.get("constants", {})
    return [
        Fixed(column, str(constants.get(column.name, "")), list(column.choices())[:200] if column.choices else [])
        for column in sheet.columns
        if column.name not in taken and not column.personal
    ]


def previewed(upload: Upload, mapping: dict[str, Any], *, sheet: Sheet, reveal: bool) -> tuple[queries.Preview | None, str]:
    """The first lines as the mapping would read them, or why they cannot be read so."""
    try:
        preview = queries.preview(upload, mapping, limit=8)
    except Refusal as refusal:
        return None, str(refusal)
    by_name = {column.name: column for column in sheet.columns}
    for row in preview.rows:
        for name, value in row.values.items():
            hidden = by_name[name].personal and not reveal and value not in (None, "")
            row.values[name] = lines.MASK if hidden else lines.in_words(by_name[name], value)
        for name in row.faults:
            if by_name[name].personal and not reveal:
                row.faults[name] = _("Something is the matter with this cell.")
    return preview, ""


def lacking(mapping: dict[str, Any], preview: queries.Preview | None) -> bool:
    """Whether the first lines lack something that no column gives: then the same for every line is asked for."""
    matrix = mapping.get("matrix") or {}
    given = {*mapping.get("columns", {}), matrix.get("header"), matrix.get("cell")}
    return preview is None or any(name not in given for row in preview.rows for name in row.faults)


@login_required
def show(request, pk):
    upload = find(request, pk)
    must(request, "intake.hand_in", upload)
    if upload.state not in (Upload.State.MAPPING, Upload.State.CHECKED):
        return redirect("intake:upload", upload.pk)
    data = request.POST if request.method == "POST" else request.GET
    wanted = data.get("sheet") or upload.sheet
    if wanted and wanted not in {one.slug for one in forms.sheets_for(request.user)}:
        raise Http404
    try:
        found = queries.proposals(upload, sheet=wanted, worksheet=data.get("worksheet", ""))
    except Refusal as refusal:
        return render(request, "intake/mapping_lost.html", {"upload": upload, "refusal": refusal}, status=refusal.status)
    sheet = all_sheets()[found.sheet]
    reveal = showing.may_see_names(request.user, upload)
    chosen = chosen_in(request.POST, found) if request.method == "POST" and "chosen" in request.POST else found.mapping
    said = ""
    if request.method == "POST" and request.POST.get("do") == "read":
        try:
            with transaction.atomic():
                actions.map_columns(by=request.user, upload=upload, mapping=chosen)
                upload.refresh_from_db()
                work.ask_check(by=request.user, upload=upload)
        except Refusal as refusal:
            said = str(refusal)
        else:
            return redirect("intake:upload", upload.pk)
    preview, unreadable = previewed(upload, chosen, sheet=sheet, reveal=reveal)
    context = {
        "upload": upload,
        "found": found,
        "sheet": sheet,
        "sheets": forms.sheets_for(request.user),
        "asked": asked(found, chosen, sheet=sheet, reveal=reveal),
        "fixed": fixed(sheet, chosen),
        "mapping": chosen,
        "matrix": chosen.get("matrix") or {},
        "split": chosen.get("split") or {},
        "separators": SEPARATORS,
        "spread": SPREAD,
        "preview": preview,
        "lacking": lacking(chosen, preview),
        "unreadable": unreadable,
        "said": said,
    }
    part = request.htmx and request.POST.get("do") != "read"
    return render(request, "intake/_mapping.html" if part else "intake/mapping.html", context, status=422 if said else 200)
