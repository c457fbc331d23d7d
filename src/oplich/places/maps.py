"""Choropleths as SVG, drawn on the server: quiet grey land, our blue for values, a legend, a disclaimer, words for who cannot see it.

`theme="page"` follows light and dark by the page's tokens; `theme="print"` has fixed colours, for PDF and downloads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oplich.places import boundaries
from oplich.places.lookup.index import shipped

BLUES = ("#dbe7f5", "#b0cbe8", "#7ba7d6", "#4480bf", "#1c5a9c")
LAND, LINE, INK, WATER, ZERO, DOT = "#e9ecef", "#ffffff", "#44505c", "none", "#f4f5f6", "#b3400f"
# level → (left, right, bottom, top in degrees; the two parallels of the projection and its middle)
FRAMES = {
    "oblasts": ((22.0, 40.3, 44.3, 52.5), (46.0, 51.0, 31.0)),
    "raions": ((22.0, 40.3, 44.3, 52.5), (46.0, 51.0, 31.0)),
    "countries": ((-11.0, 50.0, 35.0, 67.0), (43.0, 62.0, 18.0)),
}
Number = int | float | Decimal


@dataclass(frozen=True)
class Map:
    """What `_chart.html` shows."""

    svg: SafeString
    title: str
    description: str
    spec_url: str = ""
    unit: str = ""
    keys: tuple[tuple[str, str], ...] = ()  # colour and words of each class, for a legend that a phone can show
    notes: tuple[str, ...] = ()


def _albers(first: float, second: float, middle: float) -> Callable[[float, float], tuple[float, float]]:
    """An equal-area conic projection: areas on the map compare as on the ground."""
    n = (math.sin(math.radians(first)) + math.sin(math.radians(second))) / 2
    c = math.cos(math.radians(first)) ** 2 + 2 * n * math.sin(math.radians(first))

    def project(lon: float, lat: float) -> tuple[float, float]:
        radius = math.sqrt(c - 2 * n * math.sin(math.radians(lat))) / n
        angle = n * math.radians(lon - middle)
        return radius * math.sin(angle), radius * math.cos(angle)

    return project


class Frame:
    """From degrees to the picture's points."""

    def __init__(self, box: tuple[float, float, float, float], projection: tuple[float, float, float], width: int) -> None:
        self.project = _albers(*projection)
        left, right, bottom, top = box
        edge = [(left + (right - left) * step / 20, lat) for step in range(21) for lat in (bottom, top)]
        points = [self.project(*one) for one in edge] + [self.project(lon, lat) for lon in (left, right) for lat in (bottom, top)]
        self.x0, self.y0 = min(x for x, _ in points), min(y for _, y in points)
        spread = max(x for x, _ in points) - self.x0
        self.scale, self.width = width / spread, width
        self.height = round((max(y for _, y in points) - self.y0) * self.scale)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        x, y = self.project(lon, lat)
        return (x - self.x0) * self.scale, (y - self.y0) * self.scale

    def path(self, polygons: boundaries.Polygons) -> str:
        """Points are laid on a grid of half a point, so that neighbours keep sharing their border."""
        parts = []
        for rings in polygons:
            for ring in rings:
                points: list[tuple[float, float]] = []
                for lon, lat in ring:
                    x, y = self.point(lon, lat)
                    near = (round(x * 2) / 2, round(y * 2) / 2)
                    if not points or near != points[-1]:
                        points.append(near)
                if len(points) > 3:
                    parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
        return "".join(parts)


def classes(values: Iterable[Number], wanted: int = 5) -> list[float]:
    """Upper limits of the classes, round numbers, about as many places in each."""
    known = sorted(float(value) for value in values if value is not None and value > 0)
    if not known:
        return []
    limits: list[float] = []
    for step in range(1, wanted):
        limit = _rounded(known[min(len(known) - 1, round(len(known) * step / wanted))])
        if (not limits or limit > limits[-1]) and known[0] <= limit < known[-1]:
            limits.append(limit)
    return [*limits, known[-1]]


def _rounded(value: float) -> float:
    if value <= 0:
        return 0.0
    size = 10 ** (math.floor(math.log10(value)) - 1)
    return round(value / size) * size if size >= 1 else round(value, 2)


def _told(value: Number) -> str:
    places = 0 if float(value).is_integer() or abs(float(value)) >= 100 else 1
    return number_format(round(float(value), places), decimal_pos=places, use_l10n=True, force_grouping=True)


@lru_cache(maxsize=24)
def _paths(
    level: str, box: tuple[float, float, float, float], projection: tuple[float, float, float], width: int
) -> tuple[Frame, dict[str, str]]:
    frame = Frame(box, projection, width)
    return frame, {code: frame.path(shape) for code, shape in boundaries.load(level).shapes.items()}


def _box_of(codes: Iterable[str], level: str) -> tuple[float, float, float, float]:
    points = [point for code in codes for rings in boundaries.load(level).shapes.get(code, []) for point in rings[0]]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    margin = 0.04 * (max(lons) - min(lons))
    return min(lons) - margin, max(lons) + margin, min(lats) - margin, max(lats) + margin


def _colour(hexed: str, token: str, theme: str) -> str:
    return f"var(--map-{token},{hexed})" if theme == "page" else hexed


def choropleth(
    values: Mapping[str, Number | None],
    *,
    title: str,
    description: str = "",
    level: str = "oblasts",
    unit: str = "",
    links: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    marked: Iterable[str] = (),
    points: Iterable[tuple[float, float, str]] = (),
    around: Iterable[str] = (),
    width: int = 960,
    theme: str = "page",
    ident: str = "map",
) -> Map:
    """A map of a number per place. A value of None is "not estimated" and drawn hatched; a place without a value is plain land.

    links: address per code. names: label per code (Ukrainian or English names otherwise left out of the hover text). marked: outlined
    codes. points: (lon, lat, label). around: codes the picture is cut to. level: oblasts, raions or countries.
    """
    links, names, marked = links or {}, names or {}, set(marked)
    outlines = boundaries.load(level)
    box, projection = FRAMES[level]
    cut = [code for code in around if code in outlines.shapes]
    if cut:
        box = _box_of(cut, level)
        projection = (box[2] + (box[3] - box[2]) / 6, box[3] - (box[3] - box[2]) / 6, (box[0] + box[1]) / 2)
    frame, paths = _paths(level, box, projection, width)
    limits = classes(value for value in values.values() if value is not None)
    line, ink = _colour(LINE, "line", theme), _colour(INK, "ink", theme)
    shades = [_colour(one, str(number), theme) for number, one in enumerate(_shades(len(limits)), 1)]
    drawn = []
    for code, path in sorted(paths.items(), key=lambda one: one[0] in marked):
        if not path or (cut and code not in cut):
            continue
        name = names.get(code) or _name_of(code)
        if code not in values:
            fill, told = _colour(LAND, "land", theme), name
        elif (value := values[code]) is None:
            fill, told = f"url(#{ident}-unknown)", f"{name}: {_('not estimated')}"
        elif value == 0:
            fill, told = _colour(ZERO, "zero", theme), f"{name}: 0 {unit}".strip()
        else:
            shade = next((number for number, limit in enumerate(limits) if float(value) <= limit), len(limits) - 1)
            fill, told = shades[shade], f"{name}: {_told(value)} {unit}".strip()
        outline = f"stroke:{ink};stroke-width:2" if code in marked else f"stroke:{line};stroke-width:.8"
        one = f'<path d="{path}" style="fill:{fill};{outline}"><title>{escape(told)}</title></path>'
        drawn.append(f'<a href="{escape(links[code])}" aria-label="{escape(told)}">{one}</a>' if code in links else one)
    for lon, lat, label in points:
        x, y = frame.point(lon, lat)
        dot = _colour(DOT, "dot", theme)
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" style="fill:{dot};stroke:{line};stroke-width:1.5"><title>{escape(label)}</title></circle>'
        )
    entries = _keys(limits, shades, values, theme, ident)
    legend, height = _legend(entries, unit, frame, theme)
    notes = [_("Names and boundaries on this map do not imply official endorsement.")]
    if outlines.schematic:
        notes.append(_("Raion shapes are schematic: drawn around known settlements, not surveyed."))
    for number, note in enumerate(notes):
        legend += f'<text x="0" y="{height + 14 + number * 16:g}" style="font-size:12px;fill:{ink}">{escape(note)}</text>'
    height += 16 * len(notes) + 6
    role = "group" if links else "img"
    family = "inherit" if theme == "page" else "Libertinus Sans, DejaVu Sans, Arial, sans-serif"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" role="{role}" aria-labelledby="{ident}-title {ident}-desc"'
        f' style="width:100%;height:auto;max-height:80vh;font-family:{family}">'
        f'<title id="{ident}-title">{escape(title)}</title><desc id="{ident}-desc">{escape(description or title)}</desc>'
        f'<defs><clipPath id="{ident}-cut"><rect width="{width}" height="{frame.height}"/></clipPath>'
        f'<pattern id="{ident}-unknown" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="7" height="7" style="fill:{_colour(LAND, "land", theme)}"/><line y2="7" style="stroke:{ink};stroke-width:1.4;opacity:.55"/></pattern></defs>'
        f'<g clip-path="url(#{ident}-cut)">{"".join(drawn)}</g><g class="map-legend">{legend}</g></svg>'
    )
    safe = mark_safe(svg)  # noqa: S308 every text in it is escaped above
    return Map(safe, title, description or title, unit=unit, keys=tuple(entries), notes=tuple(notes))


def _shades(count: int) -> list[str]:
    """As many blues as there are classes, the darkest last."""
    if count <= 1:
        return [BLUES[3]]
    return [BLUES[round(number * (len(BLUES) - 1) / (count - 1))] for number in range(count)]


def _name_of(code: str) -> str:
    entry = shipped().entry(code)
    return entry.uk if entry else code


def _keys(limits: list[float], shades: list[str], values: Mapping, theme: str, ident: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    below = 0.0
    for number, limit in enumerate(limits):
        words = _("up to %(limit)s") if number == 0 else _("%(below)s – %(limit)s")
        entries.append((shades[number], words % {"below": _told(below), "limit": _told(limit)}))
        below = limit
    if any(value == 0 for value in values.values() if value is not None):
        entries.insert(0, (_colour(ZERO, "zero", theme), "0"))
    if any(value is None for value in values.values()):
        entries.append((f"url(#{ident}-unknown)", _("not estimated")))
    return entries


def _legend(entries: list[tuple[str, str]], unit: str, frame: Frame, theme: str) -> tuple[str, float]:
    ink = _colour(INK, "ink", theme)
    if not entries:
        return "", frame.height
    parts, x, y = [], 0.0, frame.height + 12.0
    if unit:
        parts.append(f'<text x="0" y="{y + 11:g}" style="font-size:13px;fill:{ink}">{escape(unit)}:</text>')
        x = 14 + 7.2 * len(unit)
    for fill, words in entries:
        wide = 34 + 7.2 * len(words)
        if x + wide > frame.width:
            x, y = 0.0, y + 22
        parts.append(f'<rect x="{x:g}" y="{y:g}" width="16" height="14" style="fill:{fill};stroke:{ink};stroke-width:.4"/>')
        parts.append(f'<text x="{x + 22:g}" y="{y + 11.5:g}" style="font-size:13px;fill:{ink}">{escape(words)}</text>')
        x += wide
    return "".join(parts), y + 22
