"""Facts and figures at 10⁵ and 10⁶ records of help: refresh and figure beside raw DuckDB; the HXL file beside libhxl.

`python -m bench facts [RECORDS …]`. The ledger is made up in a database of its own (SQLite unless OPLICH_DATABASE names another) and
thrown away. Run alone: others' work on the machine shows in every figure.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

SIZES = (100_000, 1_000_000)
REPEATS = 5


def timed(work, times=1):
    """Median seconds of some runs, and the last answer."""
    took, answer = [], None
    for _ in range(times):
        start = time.perf_counter()
        answer = work()
        took.append(time.perf_counter() - start)
    return statistics.median(took), answer


def ledger(records: int) -> None:
    """Half of the records are of named people, half are headcounts; 1,400 hromadas, 40 organisations. Beyond 100,000 the lines repeat."""
    from django.db import connection  # after Django is set up

    from oplich.assistance.models import Assistance, Sector
    from oplich.partners.models import Organisation
    from oplich.people.models import Person, Registration
    from oplich.places.models import Place

    chance = random.Random(5)
    Place.objects.create(code="UA", path="UA/", kind="country", name_uk="Україна", name_en="Ukraine")
    places = []
    for number in range(25):
        oblast = f"UA{10 + number}"
        Place.objects.create(code=oblast, path=f"UA/{oblast}/", kind="oblast", name_uk=oblast, name_en=oblast, parent_id="UA")
        for raion in range(5):
            upper = f"{oblast}{raion:02}"
            Place.objects.create(code=upper, path=f"UA/{oblast}/{upper}/", kind="raion", name_uk=upper, name_en=upper, parent_id=oblast)
            for hromada in range(11):
                code = f"{upper}{hromada:03}"
                path = f"UA/{oblast}/{upper}/{code}/"
                places.append(Place(code=code, path=path, kind="hromada", name_uk=code, name_en=code, parent_id=upper))
    Place.objects.bulk_create(places)
    sectors = [Sector.objects.create(slug=f"sector-{n}", name_uk=f"С{n}", name_en=f"S{n}", in_total=n > 0) for n in range(12)]
    organisations = Organisation.objects.bulk_create([Organisation(name=f"Organisation {n}") for n in range(40)])
    made = min(records, 100_000)
    persons = [Person() for _ in range(made // 10)]
    Person.objects.bulk_create(persons, batch_size=5000)
    registrations = [
        Registration(
            person=person,
            registered_with=chance.choice(organisations),
            place=chance.choice(places),
            sex=chance.choice("fm"),
            birth_year=chance.randint(1930, 2022),
            registered_on=dt.date(2022, 6, 1),
        )
        for person in persons
    ]
    Registration.objects.bulk_create(registrations, batch_size=5000)
    first, batch = dt.date(2022, 3, 1), []
    for number in range(made):
        one = Assistance(
            sector=chance.choice(sectors),
            place=chance.choice(places),
            organisation=chance.choice(organisations),
            given_on=first + dt.timedelta(days=chance.randrange(390)),
        )
        if number % 2:
            one.registration = chance.choice(registrations)
            one.person_id = one.registration.person_id
        else:
            one.headcount = chance.randint(1, 400)
        batch.append(one)
        if len(batch) == 20_000:
            Assistance.objects.bulk_create(batch, batch_size=2000)
            batch = []
    Assistance.objects.bulk_create(batch, batch_size=2000)
    table, columns = Assistance._meta.db_table, ", ".join(one.column for one in Assistance._meta.local_fields if one.column != "id")
    fresh = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    while made < records:
        more = min(made, records - made)
        with connection.cursor() as cursor:
            cursor.execute(f"insert into {table} (id, {columns}) select {fresh}, {columns} from {table} limit {more}")
        made += more


def measure(records: int) -> None:
    import hxl  # only here: the anchor

    from oplich.core.models import Grant, User  # after Django is set up
    from oplich.core.periods import Period
    from oplich.reporting import actions, duck, facts, figures, queries

    took, _ = timed(lambda: ledger(records))
    print(f"{records:>9,} records made up in {took:.0f} s ({os.environ.get('OPLICH_DATABASE') and 'PostgreSQL' or 'SQLite'})")
    cpu = time.process_time()
    full, _ = timed(lambda: facts.refresh(force=True), 3)
    cpu = (time.process_time() - cpu) / 3
    skipped, _ = timed(facts.refresh, 3)
    size = facts.path().stat().st_size / 1e6
    print(
        f"{'':>9}  facts refreshed in {full:.2f} s, {cpu:.2f} s of processor ({records / full:,.0f} records/s, {size:.1f} MB); skipped in {skipped * 1000:.0f} ms"
    )
    year = Period(dt.date(2022, 2, 24), dt.date(2023, 4, 1))
    for rule in figures.RULES:
        ask = lambda rule=rule, by=None: figures.compute("people_reached", facts_path=facts.path(), period=year, rule=rule, by=by)
        alone, found = timed(ask, REPEATS)
        grouped, _ = timed(lambda ask=ask: ask(by="oblast"), REPEATS)
        print(f"{'':>9}  people_reached, {rule:<10} {alone * 1000:>6.0f} ms; with oblasts {grouped * 1000:>6.0f} ms; total {found.total:,}")
    with duck.reading(facts.path()) as raw:
        query = "select count(distinct one_human) + sum(headcount) from facts.help_given where sector_in_total and given_on >= '2022-02-24'"
        anchor, _ = timed(lambda: raw.execute(query).fetchone(), REPEATS)
    print(f"{'':>9}  raw DuckDB, one count distinct and one sum over the same file: {anchor * 1000:.0f} ms")
    by = User.objects.create_user(f"bench-{uuid.uuid4().hex[:8]}")
    Grant.objects.create(user=by, role="information-manager")
    asked = queries.question("people_reached", {"from": "2022-02-24", "to": "2023-03-31", "by": "hromada"})
    out, file = timed(lambda: actions.export(by=by, asked=asked, kind="hxl", purpose="coordination"))
    count = lambda: sum(1 for _row in hxl.data(hxl.make_input(io.BytesIO(file.content), hxl.InputOptions(allow_local=True))))
    read, lines = timed(count)
    print(f"{'':>9}  HXL of {lines:,} hromadas given out in {out * 1000:.0f} ms; libhxl counts its lines in {read * 1000:.0f} ms")


def main() -> None:
    sizes = [int(word) for word in sys.argv[2:] if word.isdigit()] or SIZES
    for records in sizes:
        with tempfile.TemporaryDirectory(prefix="oplich-bench-") as folder:
            child = os.fork()
            if not child:
                _alone(Path(folder), records)
            os.waitpid(child, 0)


def _alone(folder: Path, records: int) -> None:
    """In a process of its own: a database is chosen once per process."""
    os.environ["OPLICH_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "oplich.site.settings"
    status = 1
    try:
        import django  # the settings are named only now

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from oplich.core import sealing

        settings.DATA.mkdir(parents=True, exist_ok=True)
        sealing.make_key_file(settings.OPLICH_KEY_FILE)
        call_command("migrate", verbosity=0)
        measure(records)
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)
