"""Pictures of figures: one Vega-Lite specification for the page, the PDF and whoever wants the data. The one doorway to vl-convert."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oplich.places import maps
from oplich.reporting import words
from oplich.reporting.figures import Figure

BLUE, PALE, INK, LINE = "#1d5b92", "#9dbfdc", "#33404d", "#d5dbe1"
MOST = 30  # bars in one picture; the table below has every row
FONT = "DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"
CONFIG = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": INK, "titleColor": INK, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "labelFontSize": 12},
    "legend": {"labelColor": INK, "titleColor": INK, "orient": "top", "title": None, "labelFontSize": 12},
}
WIDE = re.compile(r'width="([6-9]\d\d|\d{4})')
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Chart:
    """A picture with its words: `svg` is safe to print in a page; `spec` draws the same anywhere Vega-Lite is."""

    title: str
    description: str
    spec: dict[str, Any]
    spec_url: str = ""

    @property
    def svg(self) -> SafeString:
        return mark_safe(svg(self.spec, self.title, self.description))  # noqa: S308 - made by vl-convert, words escaped

    @property
    def plain_svg(self) -> str:
        """For files: without the words, which the file says itself."""
        return svg(self.spec, "", "")


@dataclass(frozen=True)
class Bar:
    name: str
    units: int
    named: int | None = None


def bars(title: str, lines: Sequence[Bar], *, upright: bool = False, width: int = 860, spec_url: str = "") -> Chart:
    """Bars in the order given, the part on named records darker. Upright for months, lying for names."""
    shown = list(lines[:MOST])
    split = any(line.named is not None for line in shown)
    with_names, without = _("names known"), _("counted without names")
    values = []
    for line in shown:
        parts = [(with_names, line.named or 0), (without, line.units - (line.named or 0))] if split else [("", line.units)]
        for order, (kind, part) in enumerate(parts):
            label = words.number(line.units) if order == len(parts) - 1 else ""
            values.append({"name": line.name, "kind": kind, "order": order, "part": part, "units": line.units, "label": label})
    names = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 260, "labelAngle": -40 if upright and len(shown) > 8 else 0, "ticks": False},
    }
    length = {"field": "part", "type": "quantitative", "title": None, "stack": "zero", "axis": None}
    along, across = ("y", "x") if upright else ("x", "y")
    encoding: dict[str, Any] = {along: length, across: names, "order": {"field": "order", "type": "quantitative"}}
    encoding["color"] = (
        {"field": "kind", "type": "nominal", "scale": {"domain": [with_names, without], "range": [BLUE, PALE]}}
        if split
        else {"value": BLUE}
    )
    whole = {**length, "field": "units", "stack": None}
    numbers = {
        "transform": [{"filter": "datum.label != ''"}],
        "mark": {"type": "text", "color": INK, "fontSize": 11}
        | ({"dy": -4, "baseline": "bottom"} if upright else {"dx": 4, "align": "left", "baseline": "middle"}),
        "encoding": {along: whole, across: names, "text": {"field": "label", "type": "nominal"}},
    }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": 240 if upright else {"step": 24},
        "padding": {"left": 4, "top": 4, "bottom": 4, "right": 64},
        "data": {"values": values},
        "layer": [{"mark": {"type": "bar", "height": {"band": 0.7}} if not upright else {"type": "bar"}, "encoding": encoding}, numbers],
        "config": CONFIG,
    }
    largest = sorted(lines, key=lambda line: -line.units)[:3]
    description = _("Bars; the longest are %(largest)s. All numbers stand in the table below.") % {
        "largest": "; ".join(f"{line.name}: {words.number(line.units)}" for line in largest)
    }
    return Chart(title, description if lines else _("There is nothing to draw."), spec, spec_url)


def of_figure(figure: Figure, title: str, *, width: int = 860, spec_url: str = "") -> Chart:
    """The figure's rows as bars: months upright in their order, all else lying, the largest first."""
    lines = [Bar(words.line_name(line, figure.by), line.units, line.named) for line in figure.rows]
    if figure.by == "month":
        return bars(title, lines[-36:], upright=True, width=width, spec_url=spec_url)
    if figure.by != "sex-age":
        lines = sorted(lines, key=lambda line: (-line.units, line.name))
    return bars(title, lines, width=width, spec_url=spec_url)


def of_rules(found: Sequence[Figure], title: str) -> Chart:
    """The same question under the three rules, side by side."""
    return bars(title, [Bar(str(words.RULES[one.rule]).capitalize(), one.total) for one in found], width=240)


def on_map(figure: Figure, title: str, *, links: Mapping[str, str] | None = None, theme: str = "page") -> maps.Map | None:
    """The figure's places on a map, where it is by oblast, raion or country and there are shapes for them."""
    level = {"oblast": "oblasts", "raion": "raions", "country": "countries"}.get(figure.by or "")
    lines = [line for line in figure.rows if line.path and not line.coarser and (level == "countries" or line.path.startswith("UA/"))]
    if level is None or not lines:
        return None
    lying_in = figure.within if level == "raions" and figure.within.count("/") == 2 else ""
    return maps.choropleth(
        {line.key: line.units for line in lines},
        title=title,
        description=_("A map; the darker a place, the more. All numbers stand in the table below."),
        level=level,
        unit=words.UNITS[figure.measure](5),
        links=links or {},
        names={line.key: line.name for line in lines},
        around=[line.key for line in lines] if lying_in else (),
        theme=theme,
        ident=f"map-{figure.slug}",
    )


def svg(spec: dict[str, Any], title: str, description: str) -> str:
    """Draw a specification, once per content: what was drawn is kept below the data folder and may be deleted at any time."""
    text = json.dumps([spec, title, description], ensure_ascii=False, sort_keys=True)
    kept = settings.HOME / "drawn" / f"{hashlib.sha256(text.encode()).hexdigest()[:40]}.svg"
    with contextlib.suppress(OSError):
        return kept.read_text(encoding="utf-8")
    with _one_at_a_time:
        drawn = vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[])
    drawn = _with_words(drawn, title, description, kept.stem)
    _keep(kept, drawn)
    return drawn


def _with_words(drawn: str, title: str, description: str, name: str) -> str:
    """A screen reader hears the title and the description instead of every tick of the axes."""
    head, _gt, body = drawn.partition(">")
    if not title:
        return drawn
    legible = ' style="min-width:34rem"' if WIDE.search(head) else ""  # on a phone it is moved, not shrunk out of sight
    return (
        f'{head}{legible} role="img" aria-labelledby="t{name} d{name}"><title id="t{name}">{escape(title)}</title>'
        f'<desc id="d{name}">{escape(description)}</desc>{body}'
    )


def _keep(kept: Any, drawn: str) -> None:
    """Keep a drawing for the next reader. A full disk only means drawing again; the oldest go when there are many."""
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside = kept.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        aside.write_text(drawn, encoding="utf-8")
        os.replace(aside, kept)
        everything = sorted(kept.parent.glob("*.svg"), key=lambda file: file.stat().st_mtime)
        for old in everything[:-500]:
            old.unlink(missing_ok=True)
