"""The rules of the house that a machine can check (docs/map.md says why each stands)."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "oplich"
FLOORS = ["core", "intake", "places", "partners", "funding", "people", "assistance", "workshop", "reporting", "site"]
WORKSHOPS = {"supply", "premises", "voice", "safeguarding"}
SOURCES = [path for path in sorted(SRC.rglob("*.py")) if "migrations" not in path.parts]
DRAWERS = {"utils", "util", "helpers", "common", "misc", "base", "signals", "services", "tasks"}


def floor(room: str) -> int:
    return FLOORS.index("workshop" if room in WORKSHOPS else room)


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_of_ours_is_longer_than_400_lines():
    files = [
        *SOURCES,
        *sorted((ROOT / "tests").rglob("*.py")),
        *sorted((ROOT / "bench").rglob("*.py")),
        *sorted((ROOT / "scripts").glob("*.py")),
    ]
    long = {str(path.relative_to(ROOT)): n for path in files if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_core_stays_small():
    lines = sum(len(path.read_text().splitlines()) for path in SOURCES if path.is_relative_to(SRC / "core"))
    assert lines <= 1500, f"core has {lines} lines; what a field worker has a word for belongs in a room"


def test_no_drawer_names():
    bad = [path for path in SOURCES if path.stem in DRAWERS or re.search(r"_(v\d+|new|old|ext)$", path.stem)]
    assert bad == []


def test_every_room_explains_itself_in_forty_lines():
    for room in sorted({path.relative_to(SRC).parts[0] for path in SOURCES if path.parent != SRC}):
        readme = SRC / room / "README.md"
        assert readme.exists(), f"{room} has no README.md"
        assert len(readme.read_text().splitlines()) <= 40, f"{room}/README.md is longer than 40 lines"


def functions_of(path: Path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_imports_stand_at_the_top_unless_they_say_why():
    """A deferred import is allowed with a comment on its line or the line above that says why."""
    bad = []
    for path in SOURCES:
        lines = path.read_text().splitlines()
        for function in functions_of(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    line, above = lines[node.lineno - 1], lines[node.lineno - 2].strip()
                    if "#" not in line and not above.startswith("#"):
                        bad.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert bad == []


def test_nothing_hides_behind_save_or_a_signal():
    bad = []
    for path in SOURCES:
        text = path.read_text()
        if re.search(r"django\.(db\.models|dispatch|core)\.?(signals| import receiver)|@receiver\b", text):
            bad.append(f"{path.relative_to(ROOT)}: a signal")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(one, ast.FunctionDef) and one.name in {"save", "delete"} for one in node.body
            ):
                bad.append(f"{path.relative_to(ROOT)}: {node.name} overrides save or delete")
    assert bad == []


KINDS = {"models", "actions", "queries", "sheets"}


def of_kind(path: Path, kinds: set[str]) -> bool:
    parts = path.relative_to(SRC).with_suffix("").parts
    return len(parts) > 1 and parts[1] in kinds


def test_what_is_below_the_pages_knows_no_pages():
    bad = []
    for path in SOURCES:
        if of_kind(path, KINDS):
            for node in ast.walk(ast.parse(path.read_text())):
                names = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [one.name for one in node.names]
                    if isinstance(node, ast.Import)
                    else []
                )
                bad += [f"{path.relative_to(ROOT)}: {name}" for name in names if re.match(r"django\.(http|forms|views|shortcuts)\b", name)]
    assert bad == []


def public_actions():
    for path in SOURCES:
        if of_kind(path, {"actions"}):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not node.name.endswith("_job"):
                    yield path, node


def test_every_deed_is_keyword_only_starts_with_by_and_says_what_it_does():
    bad = []
    for path, node in public_actions():
        where = f"{path.relative_to(ROOT)}:{node.name}"
        names = [one.arg for one in node.args.kwonlyargs]
        if node.args.args or node.args.posonlyargs:
            bad.append(f"{where} takes positional arguments")
        if not names or names[0] != "by":
            bad.append(f"{where} does not start with by")
        if not ast.get_docstring(node):
            bad.append(f"{where} has no docstring")
    assert list(public_actions()), "no actions were found: the check looks in the wrong place"
    assert bad == []


def test_every_deed_writes_the_journal():
    """Each public action journals itself or calls another function of its module or another action that does."""
    bad = []
    for path, node in public_actions():
        source = ast.unparse(node)
        module = ast.parse(path.read_text())
        writers = {one.name for one in module.body if isinstance(one, ast.FunctionDef) and "journal.write" in ast.unparse(one)}
        calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
        through_action = any(
            name.split(".")[0] in {"actions", *(p.stem for p in path.parent.glob("*.py"))} for name in calls if "." in name
        )
        if "journal." not in source and not (writers & calls) and not through_action:
            bad.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert bad == []


def test_foreign_keys_point_down_and_leave_no_way_back_up():
    bad = []
    for model in apps.get_models():
        if not model.__module__.startswith("oplich."):
            continue
        room = model.__module__.split(".")[1]
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model.__module__.startswith("oplich."):
                other = field.related_model.__module__.split(".")[1]
                if other != room and (floor(other) >= floor(room) or not field.remote_field.related_name or not field.remote_field.hidden):
                    bad.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert bad == []


def test_every_figure_says_unit_source_and_method():
    figures = sorted((SRC / "reporting" / "figures").rglob("*.sql"))
    assert figures
    for path in figures:
        head = path.read_text().split("with ")[0]
        for word in ("Unit:", "Source:", "Method:"):
            assert word in head, f"{path.name} does not state its {word}"


def test_every_setting_of_ours_is_explained():
    named = {match for path in SOURCES for match in re.findall(r"\bOPLICH_[A-Z_]+\b", path.read_text())}
    text = (ROOT / "docs" / "settings.md").read_text()
    assert sorted(name for name in named if f"`{name}`" not in text) == []


def test_every_personal_field_has_a_retention_rule():
    rules = yaml.safe_load((ROOT / "docs" / "privacy" / "retention.yaml").read_text())
    listed = {field for one in rules["classes"] for field in one["fields"]}
    sealed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if type(field).__name__ == "SealedField" or field.name == "sealed"
    }
    assert sealed, "no sealed field was found: the check looks in the wrong place"
    assert sorted(sealed - listed) == []


def test_no_registry_host_and_no_path_of_a_machine_is_written_down():
    hosts = "|".join(
        re.escape(".".join(parts)) for parts in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb", "debian", "org")]
    )
    bad = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if re.search(hosts, text) or re.search(r"(?<![\w.])/(work|farm)/", text):
            bad.append(str(path.relative_to(ROOT)))
    assert bad == []


def test_the_locks_carry_hashes_and_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9][\w.\-]*(?:\[[\w,\-]+\])?==", text, flags=re.M)
        assert pins and text.count("--hash=sha256:") >= len(pins)


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_deed_that_code_asks_for_is_in_somebodys_role():
    import fnmatch  # stands here because only this test matches patterns

    patterns = [pattern for role in settings.OPLICH_ROLES.values() for pattern in role["deeds"]]
    rooms = "core|intake|places|partners|people|assistance|reporting"
    asked = {
        deed
        for path in SOURCES
        for deed in re.findall(rf"(?:may|require|visible|scopes)\([^()]*?[\"']((?:{rooms})\.[a-z_]+)[\"']", path.read_text())
    }
    assert asked
    assert sorted(deed for deed in asked if not any(fnmatch.fnmatchcase(deed, pattern) for pattern in patterns)) == []


DOORWAYS = {
    "openpyxl": ("intake/writing/",),
    "python_calamine": ("intake/reading/",),
    "xlsxwriter": ("intake/writing/", "reporting/exporting/", "site/demo/"),
    "duckdb": ("reporting/duck.py",),
    "typst": ("reporting/exporting/pdf.py",),
    "vl_convert": ("reporting/charts.py",),
    "waitress": ("site/server.py",),
    "prometheus_client": ("site/metrics.py",),
}


def test_each_heavy_library_stands_behind_its_doorway():
    bad = []
    for path in SOURCES:
        where = str(path.relative_to(SRC))
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            for name in names:
                doors = DOORWAYS.get(name.split(".")[0])
                if doors and not where.startswith(doors):
                    bad.append(f"{where} imports {name}")
    assert bad == []
