"""Every test runs on the database that OPLICH_DATABASE names: SQLite when unset, PostgreSQL in the second pass of `make test`."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as oplich

os.environ["OPLICH_HOME"] = str(oplich.HOME)  # what a child process of a test finds; settings.py made it for this run

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
    shutil.rmtree(oplich.HOME, ignore_errors=True)
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
    from oplich.core import sealing  # needs the settings, which pytest-django has read by now

    oplich.DATA.mkdir(parents=True, exist_ok=True)
    if not oplich.OPLICH_KEY_FILE.exists():
        sealing.make_key_file(oplich.OPLICH_KEY_FILE)


@pytest.fixture(scope="session", autouse=True)
def append_only_tables_can_be_emptied():
    """Between tests that commit, Django empties every table; outside the tests the database refuses that."""
    from django.test import TransactionTestCase  # needs the settings

    from oplich.core import append_only  # needs the settings

    empty = TransactionTestCase._fixture_teardown

    def lift_and_empty(self):
        with append_only.lifted():
            empty(self)

    TransactionTestCase._fixture_teardown = lift_and_empty
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the repository; a stranger's clone says what it leaves out."""
    folder = SHARED / "data"
    if not folder.exists():
        if IN_CI:
            pytest.fail("the shared data are missing, and CI demands them")
        pytest.skip("real data are not beside this clone (../shared/data)")
    return folder


@pytest.fixture(autouse=True)
def every_test_starts_in_ukrainian():
    """A test that switches the language leaves nothing of it to the next one."""
    from django.utils import translation

    with translation.override("uk"):
        yield
