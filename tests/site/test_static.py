"""What the browser loads can be named by its content and compressed, as a served Oplich does it."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUILT = Path(__file__).resolve().parents[2] / "src/oplich/site/static/built"


def test_the_styles_and_scripts_name_no_file_that_is_not_there(tmp_path):
    store = CompressedManifestStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    paths = {}
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            if path.startswith(("built/", "intake/", "partners/")):
                store._save(path, storage.open(path))
                paths[path] = (FileSystemStorage(tmp_path), path)
    for _name, _hashed, processed in store.post_process(paths):
        if isinstance(processed, Exception):
            raise processed
    assert list(tmp_path.glob("built/app.*.css.gz"))


def test_no_style_asks_another_host():
    for path in BUILT.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "url(http" not in text.replace('url("http', "url(http")
        assert "@import" not in text
