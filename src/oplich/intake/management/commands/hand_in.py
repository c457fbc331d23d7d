"""`oplich hand-in FILE`: hand in a file from the command line, with the same deeds and refusals as the page."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Q
from django.utils import translation

from oplich.core import journal
from oplich.core.models import Grant, User
from oplich.core.refusal import Refusal
from oplich.intake import actions, queries, senders, words
from oplich.intake.models import Upload
from oplich.intake.sheets import all_sheets

CLEAN, FAULTS, REFUSED = 0, 1, 2
State = Upload.State


class Refused(Exception):
    """Nothing was read; the text says why."""


class Command(BaseCommand):
    help = (
        "Hand in a file: XLSX, XLS or CSV. Without --accept it is only checked. "
        "Ends with 0 when it is clean or was taken in, 1 when it has faults and nothing was taken, 2 when it is refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="the file to hand in")
        parser.add_argument("--sheet", default="", help="what the file is (partner-list, activities …); guessed when left out")
        parser.add_argument("--from", dest="sender", default="", metavar="ORGANISATION", help="who hands it in, in any known spelling")
        parser.add_argument(
            "--new", action="store_true", help="the organisation after --from is new here, however much its name resembles another"
        )
        parser.add_argument("--map", dest="mapping", metavar="MAPPING.json", help="what the columns mean (docs/guides/handing-in.md)")
        parser.add_argument("--accept", choices=["all", "good"], help="take in all lines or none, or the lines without faults")
        parser.add_argument("--returned", metavar="OUT.xlsx", help="where to write the workbook with the faults marked")
        parser.add_argument("--json", action="store_true", help="say what was found as JSON")
        parser.add_argument("--as", dest="username", default="", metavar="USER", help="act as this user, with this user's rights only")
        parser.add_argument("--language", default="", choices=["", "uk", "en"], help="the language of the words; otherwise the user's")

    def handle(self, *, file, sheet, sender, mapping, accept, returned, json: bool, username, language, new, **options):
        said: dict[str, Any] = {
            "file": Path(file).name,
            "sheet": sheet,
            "rows_read": 0,
            "accepted": 0,
            "replaced": 0,
            "unchanged": 0,
            "faults": [],
        }
        with translation.override(language or settings.LANGUAGE_CODE):
            try:
                by = _user(username)
                translation.activate(language or by.language)
                from_whom = senders.named_or_new(by=by, text=sender, certainly_new=new)
                code = self._hand_in(said, by, file, sheet, from_whom, mapping, accept, returned)
            except (Refusal, Refused) as refusal:
                code = REFUSED
                said["refused"] = str(refusal)
            self._tell(said, code, as_json=json)
        if code:
            sys.exit(code)

    def _hand_in(self, said, by, file, sheet, from_whom, mapping, accept, returned) -> int:
        given = _json(mapping) if mapping else None
        try:
            with open(file, "rb") as opened:
                upload = actions.receive(
                    by=by, file=opened, file_name=file, organisation=from_whom.organisation, sender=from_whom.name, sheet=sheet
                )
        except OSError as error:
            raise Refused(f"{file}: {error.strerror}") from error
        again = upload.state == State.ACCEPTED
        if not again:
            upload = actions.check(by=by, upload=upload, mapping=given, progress=self._progress)
            if upload.state == State.CHECKED and given is not None:
                actions.remember(by=by, upload=upload)
        said |= {"upload": str(upload.pk), "sheet": upload.sheet, "state": upload.state, "notes": queries.notes(upload)}
        if upload.state == State.REFUSED:
            raise Refused(upload.refusal)
        if upload.state == State.MAPPING:
            said["proposed_mapping"] = queries.proposals(upload).mapping
            raise actions.ColumnsUnknown(words.columns_unknown())
        said |= {"rows_read": upload.rows_read, "rows_good": upload.rows_good, "faults_found": upload.faults_found}
        said["faults"] = [_fault(one) for one in queries.tell(upload, queries.faults(upload), reveal=True)]
        if said["faults"] and all_sheets()[upload.sheet].personal:
            journal.write(by=by, what="upload.names_seen", subject=upload)
        if returned:
            journal.write(by=by, what="upload.returned", subject=upload)
            Path(returned).write_bytes(queries.returned_workbook(upload, translation.get_language()[:2]))
            said["returned"] = returned
        if again:
            said["unchanged"] = upload.rows_new + upload.rows_replaced + upload.rows_unchanged
            said["again"] = True
            return CLEAN
        if accept == "good" or (accept == "all" and not upload.faults_found):
            upload = actions.accept(by=by, upload=upload, only_good=accept == "good", progress=self._progress)
            said |= {
                "accepted": upload.rows_new,
                "replaced": upload.rows_replaced,
                "unchanged": upload.rows_unchanged,
                "state": upload.state,
            }
            return CLEAN
        return FAULTS if upload.faults_found else CLEAN

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} / {total:,}" if total else f"\r{done:,}", ending="")

    def _tell(self, said: dict[str, Any], code: int, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2, default=str))
        if code == REFUSED:
            self.stderr.write(said["refused"])
            return
        if as_json:
            return
        for fault in said["faults"]:
            suggestion = f" → {fault['suggestion']}" if fault["suggestion"] and fault["suggestion"] not in fault["message"] else ""
            self.stdout.write(f"{fault['cell']}: {fault['message']}{suggestion}")
        for note in said["notes"]:
            self.stdout.write(f"· {note}")
        self.stdout.write(
            f"{said['sheet']}: {said['rows_read']} read, {said['faults_found']} faults; "
            f"{said['accepted']} accepted, {said['replaced']} replaced, {said['unchanged']} unchanged"
        )


def _user(username: str) -> User:
    """The named user with their own rights; without a name, an account of the command line's own that may do everything here.

    Who can run this command can read the database anyway.
    """
    if username:
        found = User.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise Refused(f"There is no user “{username}”.")
        return found
    operators = Grant.objects.filter(role="operator").values("user")
    by = User.objects.filter(Q(is_superuser=True) | Q(pk__in=operators), is_active=True).order_by("pk").first()
    if by is None:
        by, made = User.objects.get_or_create(username="command-line", defaults={"full_name": "Command line"})
        if made:
            by.set_unusable_password()
            by.save(update_fields=["password"])
    by._live_grants = [Grant(user=by, role=role) for role in settings.OPLICH_ROLES]
    return by


def _json(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise Refused(f"{path}: {error}") from error


def _fault(one: queries.Told) -> dict[str, Any]:
    return {
        "sheet": one.sheet,
        "row": one.row,
        "column": one.letter,
        "cell": one.where,
        "field": one.column,
        "title": one.title,
        "value": one.value,
        "expected": one.expected,
        "suggestion": one.suggestion,
        "code": one.fault.code,
        "message": one.words,
    }
