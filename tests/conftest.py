"""Every test runs on the database that OPLICH_DATABASE names: SQLite when unset, PostgreSQL in the second pass of `make test`."""

import os
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="oplich-test-"))
os.environ["OPLICH_HOME"] = str(HOME)

import pytest

SHARED = Path(os.environ.get("OPLICH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
IN_CI = bool(os.environ.get("CI"))
left_out: list[str] = []


def pytest_collection_modifyitems(config, items):
    """Tests of one database only are not collected on the other."""
    other = "sqlite" if os.environ.get("OPLICH_DATABASE") else "postgres"
    gone = [item for item in items if item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=gone)
    items[:] = [item for item in items if not item.get_closest_marker(other)]


def pytest_runtest_logreport(report):
    if report.skipped:
        left_out.append(report.nodeid)


def pytest_sessionfinish(session, exitstatus):
    if IN_CI and left_out:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    if left_out:
        word = "In CI nothing may be left out" if IN_CI else "Left out on this machine"
        terminalreporter.write_line(f"{word}: {len(left_out)} tests", red=IN_CI)
        for node in left_out[:40]:
            terminalreporter.write_line(f"  {node}")


@pytest.fixture(scope="session", autouse=True)
def key_file():
    """A key file of the tests' own."""
    from django.conf import settings

    from oplich.core import sealing

    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not settings.OPLICH_KEY_FILE.exists():
        sealing.make_key_file(settings.OPLICH_KEY_FILE)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the repository; a stranger's clone says what it leaves out."""
    folder = SHARED / "data"
    if not folder.exists():
        if IN_CI:
            pytest.fail("the shared data are missing, and CI demands them")
        pytest.skip("real data are not beside this clone (../shared/data)")
    return folder
