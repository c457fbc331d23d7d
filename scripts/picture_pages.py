"""Take a picture of every kind of page of a running Oplich: three widths, light and dark, both languages.

    OPLICH_HOME=… .venv/bin/python scripts/picture_pages.py http://localhost:8000 USER PASSWORD [--quick] [--only WORD] [--out FOLDER]

The pictures go to build/pictures (git-ignored). --quick takes 1440 light uk and 390 dark en only.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oplich.site.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402  (needs the settings named above)
from playwright.sync_api import sync_playwright  # noqa: E402

django.setup()

from tests.browser.crawl import walk  # noqa: E402

ALL = [(width, scheme, language) for width in (1440, 768, 390) for scheme in ("light", "dark") for language in ("uk", "en")]
QUICK = [(1440, "light", "uk"), (390, "dark", "en")]


def picture(browser, asked, origin: str, out: Path, width: int, scheme: str, language: str) -> int:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{origin}/{language}/account/login/")
    page.screenshot(path=out / f"account-login_{width}_{scheme}_{language}.png")
    page.fill("#id_login", asked.user)
    page.fill("#id_password", asked.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{origin}/{language}/")
    taken = 0
    for route, address in walk(page, origin, f"/{language}/"):
        name = re.sub(r"<[^>]+>", "x", route).strip("/").replace("/", "-") or "home"
        if asked.only and asked.only not in name:
            continue
        page.wait_for_timeout(150)
        page.screenshot(path=out / f"{name}_{width}_{scheme}_{language}.png", full_page=True)
        print(f"{width} {scheme} {language} {address}")
        taken += 1
    context.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("origin")
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path, default=ROOT / "build/pictures")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        taken = sum(
            picture(browser, asked, asked.origin.rstrip("/"), asked.out, width, scheme, language)
            for width, scheme, language in (QUICK if asked.quick else ALL)
        )
        browser.close()
    print(f"{taken} pictures in {asked.out}")


if __name__ == "__main__":
    main()
