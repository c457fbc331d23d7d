"""Outlines by our own codes: oblasts, countries of the region, raions (schematic). No Django here. Sources: docs/data.md."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from oplich.places.lookup.index import shipped

DATA = Path(__file__).parent / "data"
LEVELS = ("countries", "oblasts", "raions")
Ring = list[list[float]]
Polygons = list[list[Ring]]  # polygons → rings (the first is the outside) → [lon, lat]


@dataclass(frozen=True)
class Outlines:
    level: str
    source: str
    schematic: bool
    shapes: dict[str, Polygons]


@lru_cache(maxsize=len(LEVELS))
def load(level: str) -> Outlines:
    """The outlines of one level. Read once per process."""
    if level not in LEVELS:
        raise KeyError(level)
    with gzip.open(DATA / f"{level}.json.gz", "rt") as text:
        held = json.load(text)
    return Outlines(level, held["source"], held.get("schematic", False), held["shapes"])


def geojson(level: str, *, within: str = "") -> dict[str, Any]:
    """A GeoJSON feature collection; each feature has our code, its path and names, and says when it is schematic."""
    outlines, features = load(level), []
    for code, polygons in outlines.shapes.items():
        entry = shipped().entry(code)
        if entry is None or not entry.path.startswith(within):
            continue
        properties = {"code": code, "path": entry.path, "name_uk": entry.uk, "name_en": entry.en, "schematic": outlines.schematic}
        features.append(
            {"type": "Feature", "id": code, "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}
        )
    return {"type": "FeatureCollection", "source": outlines.source, "schematic": outlines.schematic, "features": features}


def _inside(ring: Ring, lon: float, lat: float) -> bool:
    odd = False
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            odd = not odd
        x1, y1 = x2, y2
    return odd


def at(level: str, lon: float, lat: float) -> str | None:
    """The code of the outline a point lies in."""
    for code, polygons in load(level).shapes.items():
        for outside, *holes in polygons:
            if _inside(outside, lon, lat) and not any(_inside(hole, lon, lat) for hole in holes):
                return code
    return None
