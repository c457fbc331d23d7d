"""Gather every room's words and merge the new ones into its Ukrainian catalogue. No gettext needed.

    .venv/bin/python scripts/extract_messages.py [room …] [--check]

Nothing that was translated is lost: a message that is no longer said moves to the end of the file as a comment. With --check
nothing is written; the exit code is 1 when a message lacks its translation.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import block_re, constant_re, endblock_re, inline_re, plural_re

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "uk"
PLURALS = (
    "nplurals=4; plural=(n % 1 == 0 && n % 10 == 1 && n % 100 != 11 ? 0 : n % 1 == 0 && n % 10 >= 2 && n % 10 <= 4 && "
    "(n % 100 < 12 || n % 100 > 14) ? 1 : n % 1 == 0 && (n % 10 ==0 || (n % 10 >=5 && n % 10 <=9) || "
    "(n % 100 >=11 && n % 100 <=14 )) ? 2: 3);"
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def literal(quoted: str) -> str:
    """What Django looks up for a quoted text: without its quotes, per cent signs doubled."""
    return quoted[1:-1].replace("%", "%%")


def of_template(text: str) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """(context, message) of each thing a template says, by the same patterns as Django's own makemessages."""
    block: list[str] | None = None
    plural: list[str] | None = None
    context, trimmed = "", False
    for token in Lexer(text).tokenize():
        said = token.contents
        if block is not None:
            writing = block if plural is None else plural
            if token.token_type == TokenType.BLOCK and endblock_re.match(said):
                one, many = "".join(block), "".join(plural or [])
                if trimmed:
                    one, many = trim_whitespace(one), trim_whitespace(many)
                yield context, (one, many) if plural is not None else one
                block = plural = None
            elif token.token_type == TokenType.BLOCK and plural_re.match(said):
                plural = []
            elif token.token_type == TokenType.VAR:
                writing.append(f"%({said})s")
            elif token.token_type == TokenType.TEXT:
                writing.append(said.replace("%", "%%"))
        elif token.token_type == TokenType.BLOCK:
            if begun := block_re.match(said):
                context, trimmed, block = (begun[2] or "")[1:-1], "trimmed" in token.split_contents(), []
            inline = inline_re.match(said)
            if inline:
                yield (inline[3] or "")[1:-1], literal(inline[1])
            yield from (("", literal(quoted)) for quoted in constant_re.findall(said))
        elif token.token_type == TokenType.VAR:
            yield from (("", literal(quoted)) for quoted in constant_re.findall(said))


def said_in(room: Path) -> Catalog:
    """Every message of one room."""
    said = Catalog(locale=LANGUAGE)
    for path in sorted(room.rglob("*.py")):
        with path.open("rb") as source:
            for _line, message, _comments, context in extract("python", source, KEYWORDS, options={"encoding": "utf-8"}):
                said.add(message, context=context)
    for path in sorted(path for folder in room.rglob("templates") for path in folder.rglob("*.*")):
        for context, message in of_template(path.read_text(encoding="utf-8")):
            said.add(message, context=context or None)
    return said


def read(po: Path) -> Catalog:
    if not po.exists():
        return Catalog(locale=LANGUAGE, fuzzy=False)
    with po.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def missing(catalogue: Catalog) -> list[str]:
    """The messages without a translation, plurals with a form missing included."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and (not message.string or message.fuzzy or (message.pluralizable and not all(message.string[:3])))
    ]


def merge(room: Path) -> list[str]:
    po = room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    said = said_in(room)
    if not len(said):
        return []
    catalogue = read(po)
    catalogue.update(said, no_fuzzy_matching=True, update_header_comment=False)
    if "--check" not in sys.argv:
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_text(written(catalogue), encoding="utf-8")
    return missing(catalogue)


def written(catalogue: Catalog) -> str:
    """The catalogue as text: sorted, without line numbers and dates, so that two people's changes seldom meet."""
    target = BytesIO()
    write_po(target, catalogue, width=120, no_location=True, omit_header=True, sort_output=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Language: {LANGUAGE}\\n"\n"Plural-Forms: {PLURALS}\\n"\n\n'
    )
    return header + target.getvalue().decode("utf-8").lstrip("\n")


def main() -> int:
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    lacking = 0
    for room in sorted((ROOT / "src/oplich").iterdir()):
        if not (room / "__init__.py").exists() or (named and room.name not in named):
            continue
        left = merge(room)
        lacking += len(left)
        if left:
            print(f"{room.name}: {len(left)} without a translation")
            if named or "--check" in sys.argv:
                print("".join(f"  {message}\n" for message in left), end="")
    return 1 if lacking and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
