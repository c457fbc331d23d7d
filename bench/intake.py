"""A partner list of 100,000 lines × 25 columns with ten rules: read, checked, stored, each beside an openpyxl read of the same file.

`python -m bench intake [LINES]`. Run alone: the figures are of one core for us and one for the reader's child.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

COLUMNS = 25
SIZES = (100_000,)


def rules(values, context):
    """Eight rules across cells; reading and what is required are two more."""
    from oplich.intake.sheets import Problem  # after Django is set up

    day, born = values["given_on"], values["born_on"]
    if day and day < "2022-02-24":
        yield Problem("given_on", "too-early", detail={"first": "24.02.2022"})
    if day and born and born > day:
        yield Problem("born_on", "in-the-future")
    if born and born < "1905-01-01":
        yield Problem("born_on", "too-early", detail={"first": "01.01.1905"})
    total = values["people"]
    parts = [values[f"group_{one}"] for one in range(6)]
    if total is not None and None not in parts and sum(parts) != total:
        yield Problem("people", "not-the-sum", expected=str(sum(parts)), suggestion=str(sum(parts)))
    if values["disabled"] and total and values["disabled"] > total:
        yield Problem("disabled", "too-large", detail={"maximum": total})
    phone = values["phone"]
    if phone and len(phone) < 10:
        yield Problem("phone", "too-short")
    if not values["surname"] and not values["document"]:
        yield Problem("surname", "missing")
    if values["raion"] and values["oblast"] and not values["raion"].startswith(values["oblast"][:3]):
        yield Problem("raion", "not-in-oblast")


def sheet():
    from oplich.intake import cells  # after Django is set up
    from oplich.intake.sheets import Column, Sheet  # after Django is set up

    oblasts = {f"Область {number}": f"UA{number:02}" for number in range(1, 26)}
    sectors = dict(
        zip(
            ["Вода і санітарія", "Продукти", "Захист", "Житло", "Освіта", "Здоров'я"],
            ["wash", "food", "protection", "shelter", "education", "health"],
            strict=True,
        )
    )
    names = [
        Column("surname", "Прізвище", cells.text(), personal=True),
        Column("given_name", "Ім'я", cells.text(), personal=True, required=True),
        Column("patronymic", "По батькові", cells.text(), personal=True),
        Column("born_on", "Дата народження", cells.date(), personal=True),
        Column("sex", "Стать", cells.choice({"ж": "f", "ч": "m"})),
        Column("phone", "Телефон", cells.text(longest=20), personal=True),
        Column("document", "Документ", cells.text(longest=20), personal=True),
        Column("oblast", "Область", cells.choice(oblasts, code="unknown-place"), required=True),
        Column("raion", "Район", cells.text()),
        Column("settlement", "Населений пункт", cells.text()),
        Column("sector", "Сектор", cells.choice(sectors), required=True),
        Column("activity", "Захід", cells.text()),
        Column("given_on", "Дата допомоги", cells.date(not_after_today=True), required=True),
        Column("people", "Людей", cells.whole(), required=True),
        *(Column(f"group_{one}", f"Група {one}", cells.whole()) for one in range(6)),
        Column("disabled", "З інвалідністю", cells.whole()),
        Column("displaced", "ВПО", cells.yes_no),
        Column("partner", "Партнер", cells.text()),
        Column("donor", "Донор", cells.text()),
        Column("comment", "Примітка", cells.text(longest=500), personal=True),
    ]
    assert len(names) == COLUMNS
    return Sheet(
        slug="bench",
        title="Bench",
        columns=tuple(names),
        record=lambda **given: None,
        withdraw=lambda **given: None,
        identity=lambda values: (values["surname"], values["given_name"], values["document"], values["sector"], values["given_on"]),
        check_row=rules,
    )


def workbook(path: Path, lines: int) -> None:
    """Names are nearly all different, as in life; one line in two hundred has a fault."""
    import xlsxwriter  # writing the file is no part of what is measured

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("Дані")
    page.write_row(0, 0, [str(column.title) for column in sheet().columns])
    sectors = ["Вода і санітарія", "Продукти", "Захист", "Житло", "Освіта", "Здоров'я"]
    for line in range(1, lines + 1):
        day = dt.date(2022, 3, 1) + dt.timedelta(days=line % 300)
        groups = [line % 3, line % 2, 1, 0, 1, line % 4]
        oblast = line % 25 + 1
        row = [f"Прізвище{line}", f"Ім'я{line % 700}", f"По батькові{line % 300}", f"{line % 28 + 1:02}.{line % 12 + 1:02}.{1940 + line % 70}", "жч"[line % 2],
               f"+38050{line:07}", f"AA{line:06}", f"Область {oblast}", f"UA{oblast:02} район", f"село {line % 3000}", sectors[line % 6], f"захід {line % 60}",
               day.strftime("%d.%m.%Y") if line % 200 else "учора", sum(groups), *groups, 0, ("так", "ні")[line % 2], f"Партнер {line % 40}", f"Донор {line % 9}", f"примітка {line}"]  # fmt: skip
        for place, value in enumerate(row):
            page.write(line, place, value)
    book.close()


def resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Peak(threading.Thread):
    """The largest sum of memory in real use, ours and our child's, looked at every 20 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.child, self.own, self.children, self.both, self.stop = 0, 0.0, 0.0, 0.0, False

    def run(self) -> None:
        while not self.stop:
            own, child = resident_mb(os.getpid()), resident_mb(self.child) if self.child else 0.0
            self.own, self.children, self.both = max(self.own, own), max(self.children, child), max(self.both, own + child)
            time.sleep(0.02)


def parse_and_check(path: Path) -> dict[str, float]:
    from oplich.intake import mapping, recognising  # after Django is set up
    from oplich.intake.checking import Checker  # after Django is set up
    from oplich.intake.reading.tables import Reading  # after Django is set up
    from oplich.intake.sheets import Context  # after Django is set up

    ours, context = sheet(), Context(today=dt.date(2023, 6, 1))
    peak = Peak()
    peak.start()
    started, cpu = time.perf_counter(), time.process_time()
    read = faults = 0
    with open(path, "rb") as file:
        reading = Reading(file)
        peak.child = reading.child.process.pid
        with reading as table:
            opened = time.perf_counter() - started
            found = recognising.recognise(ours, table.sheets[0], 0, context)
            (plan,) = mapping.lay_over(found.mapping, ours, table)
            checker = Checker(ours, plan, context)
            for batch in table.batches():
                for one in checker.batch(batch):
                    read += 1
                    faults += len(one.faults)
    seconds = time.perf_counter() - started
    peak.stop = True
    return {"rows": read, "faults": faults, "seconds": seconds, "first": opened, "cpu": time.process_time() - cpu, "child_cpu": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]), "own": peak.own, "child": peak.children, "both": peak.both}  # fmt: skip


def through_the_database(path: Path) -> dict[str, float]:
    """receive, check and accept as a person does, into a fresh database."""
    from django.core.management import call_command  # after Django is set up

    from oplich.core.models import (
        Grant,  # after Django is set up
        User,  # after Django is set up
    )
    from oplich.intake import actions  # after Django is set up

    call_command("migrate", verbosity=0)
    by = User.objects.create_user("bench")
    Grant.objects.create(user=by, role="information-manager")
    took = {}
    started = time.perf_counter()
    with open(path, "rb") as file:
        upload = actions.receive(by=by, file=file, file_name="bench.xlsx", sheet="bench")
    took["receive"] = time.perf_counter() - started
    started = time.perf_counter()
    upload = actions.check(by=by, upload=upload)
    took["check and store"] = time.perf_counter() - started
    started = time.perf_counter()
    actions.accept(by=by, upload=upload, only_good=True)
    took["accept (without the room's own work)"] = time.perf_counter() - started
    took["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return took


def openpyxl_read(path: Path) -> float:
    """The anchor: what it costs openpyxl only to read the cells."""
    import openpyxl  # the anchor

    started = time.perf_counter()
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for _row in book.active.iter_rows(values_only=True):
        pass
    return time.perf_counter() - started


SHEET = None


def child(task: str, path: str) -> None:
    """One measurement in a process of its own."""
    import django  # the child sets its own settings first
    from django.conf import settings  # the child sets its own settings first

    from oplich.core import sealing  # the child sets its own settings first

    os.environ["DJANGO_SETTINGS_MODULE"] = "oplich.site.settings"
    django.setup()
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not settings.OPLICH_KEY_FILE.exists():
        sealing.make_key_file(settings.OPLICH_KEY_FILE)
    settings.OPLICH_SHEETS = ["bench.intake.SHEET"]
    globals()["SHEET"] = sys.modules.setdefault("bench.intake", sys.modules[__name__]).__dict__["SHEET"] = sheet()
    if task == "write":
        workbook(Path(path), int(sys.argv[3]))
    elif task == "openpyxl":
        print(f"{openpyxl_read(Path(path)):.3f}")
    elif task == "check":
        got = parse_and_check(Path(path))
        print(f"  parsed and checked   {got['rows']:>9,.0f} rows in {got['seconds']:6.2f} s = {got['rows'] / got['seconds']:>8,.0f} rows/s   (first row after {got['first']:.2f} s, {got['faults']:.0f} faults located)")  # fmt: skip
        print(
            f"  processor time       {got['cpu']:9.2f} s ours, {got['child_cpu']:.2f} s the reader's child, side by side; load {os.getloadavg()[0]:.1f}"
        )
        print(f"  memory               {got['both']:>9,.0f} MB at most, ours {got['own']:.0f} + reader's child {got['child']:.0f}")
    else:
        for name, value in through_the_database(Path(path)).items():
            print(f"  {name:<38} {value:6.2f}{'' if name.endswith('MB') else ' s'}")


def main() -> None:
    sizes = [int(one) for one in sys.argv[2:] if one.isdigit()] or list(SIZES)
    for lines in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"
            environment = {**os.environ, "OPLICH_HOME": folder, "PYTHONPATH": os.pathsep.join(["src", "."])}

            def run(task: str, *more: str, path=path, environment=environment) -> str:
                done = subprocess.run(
                    [sys.executable, "-m", "bench.intake", task, str(path), *more],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                return done.stdout if done.returncode == 0 else f"failed: {done.stderr[-2000:]}"

            print(run("write", str(lines)), end="")
            print(f"{lines:,} lines × {COLUMNS} columns, {path.stat().st_size / 1e6:.1f} MB, ten rules")
            print(run("check"), end="")
            anchor = run("openpyxl").strip()
            print(f"  anchor: openpyxl only reads it in {anchor} s")
            print(run("store"), end="", flush=True)


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2])
