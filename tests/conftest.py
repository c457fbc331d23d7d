"""Every test runs on the database that OPLICH_DATABASE names: SQLite when unset, PostgreSQL in the second pass of `make test`."""

import os
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="oplich-test-"))
os.environ.setdefault("OPLICH_HOME", str(HOME))

import pytest  # noqa: E402

SHARED = Path(os.environ.get("OPLICH_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@pytest.fixture(scope="session", autouse=True)
def key_file():
    """A key file of the tests' own."""
    from django.conf import settings

    from oplich.core import sealing

    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not settings.OPLICH_KEY_FILE.exists():
        sealing.make_key_file(settings.OPLICH_KEY_FILE)


@pytest.fixture
def shared_data() -> Path:
    """The real data beside the repository; a stranger's clone says what it leaves out."""
    folder = SHARED / "data"
    if not folder.exists():
        if os.environ.get("CI"):
            pytest.fail("the shared data are missing, and CI demands them")
        pytest.skip("real data are not beside this clone (../shared/data)")
    return folder
