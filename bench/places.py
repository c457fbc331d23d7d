"""Place look-ups: the index loaded, one name, 10,000 distinct names, hopeless ones; beside plain rapidfuzz over the same names.

`python -m bench places`. Needs no database and no Django.
"""

from __future__ import annotations

import random
import resource
import statistics
import time

from rapidfuzz import fuzz, process


def _clock(deed) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def main() -> None:
    from oplich.places.lookup import index as engine  # measured: the import and the index are part of the first look-up

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loading = _clock(engine.shipped)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    index = engine.shipped()
    print(f"index of {len(index.entries):,} places read and built: {loading:.2f} s, {(after - before) / 1024:.0f} MB")

    chance = random.Random(7)
    settlements = [entry for entry in index.entries if entry.kind == "settlement"]
    spelt = [lambda e: e.uk, lambda e: e.en, lambda e: f"с. {e.uk}", lambda e: e.uk.replace("’", "'").upper(), lambda e: e.ru or e.en]
    names = list(dict.fromkeys(chance.choice(spelt)(entry) for entry in chance.sample(settlements, 20_000)))[:10_000]
    index.find("Кривий Рох")  # the first hopeless name builds the list for suggestions

    each = []
    for name in names:
        started = time.perf_counter()
        index.find(name, limit=0)
        each.append(time.perf_counter() - started)
    print(
        f"{len(names):,} distinct names to a code or to doubt: {sum(each):.2f} s; median {statistics.median(each) * 1e6:.0f} µs, slowest {max(each) * 1e3:.2f} ms"
    )
    print(f"the same with five suggestions each: {_clock(lambda: [index.find(name) for name in names]):.2f} s")

    slips = [name[: len(name) // 2] + chance.choice("абвгдежз") + name[len(name) // 2 :] for name in names[:500]]
    timed = [_clock(lambda slip=slip: index.find(slip)) for slip in slips]
    print(f"500 misspelt names with suggestions: median {statistics.median(timed) * 1e3:.2f} ms, slowest {max(timed) * 1e3:.2f} ms")

    plain = [entry.uk for entry in settlements]
    anchor = _clock(lambda: [process.extract(slip, plain, scorer=fuzz.WRatio, limit=5) for slip in slips[:50]]) / 50
    print(f"anchor: rapidfuzz WRatio over the {len(plain):,} Ukrainian names, no codes, no other alphabet: {anchor * 1e3:.1f} ms a name")
