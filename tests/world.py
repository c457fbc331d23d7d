"""Two partners in two oblasts, each with an upload, a person and help given; one person erased. What the access matrix walks over."""

import csv
import datetime as dt
import io
from types import SimpleNamespace

from django.conf import settings
from django.core.management import call_command

from oplich.assistance.actions import ledger
from oplich.assistance.help import Help
from oplich.core.models import Grant, User
from oplich.intake import actions as intake
from oplich.partners.models import Contact
from oplich.people.actions import people, registrations
from oplich.people.entries import Entry
from oplich.places.models import Site
from tests import make

DAY = dt.date(2023, 1, 10)
HEADER = ["surname", "given_name", "birth_date", "sex", "phone", "place", "sector", "date", "consent"]


def partner_list(hromada: str, surname: str) -> io.BytesIO:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADER)
    lines.writerow([surname, "Олена", "1984-03-12", "f", "+380501110001", hromada, "wash", "2023-01-05", "yes"])
    lines.writerow([surname, "Петро", "1980-04-01", "m", "+380501110002", hromada, "wash", "2023-01-05", "maybe"])
    return io.BytesIO(text.getvalue().encode())


def _of_one_partner(root: User, name: str, hromada: str, surname: str) -> SimpleNamespace:
    """Everything one partner has in its own area."""
    partner = make.organisation(name)
    upload = intake.receive(
        by=root,
        file=partner_list(hromada, surname),
        file_name=f"{name}.csv",
        organisation=str(partner.pk),
        sender=partner.name,
        sheet="partner-list",
    )
    upload = intake.accept(by=root, upload=intake.check(by=root, upload=upload), only_good=True)
    registration = registrations.register(
        by=root,
        entries=[
            Entry(partner.pk, hromada, DAY, surname=surname, given_name="Ганна", birth_date=dt.date(1950, 1, 2), consents=("assistance",))
        ],
    )[0]
    erased = registrations.register(
        by=root, entries=[Entry(partner.pk, hromada, DAY, surname=surname, given_name="Стерта", consents=("assistance",))]
    )[0]
    people.erase(by=root, person=erased.person, reason="request")
    helped = ledger.record_help(
        by=root, help=Help("wash", DAY, hromada, partner.pk, person=registration.person_id, registration=registration.pk)
    )
    headcount = ledger.record_headcount(by=root, help=Help("wash", DAY, hromada, partner.pk, headcount=40))
    site = Site.objects.create(kind="warehouse", name=f"Warehouse of {name}", place_id=hromada)
    return SimpleNamespace(
        partner=partner,
        upload=upload,
        row=upload.rows.order_by("number").first(),
        person=registration.person,
        registration=registration,
        erased=erased.person,
        help=helped,
        headcount=headcount,
        site=site,
        contact=Contact.objects.filter(organisation=partner).first(),
    )


def build() -> SimpleNamespace:
    """The world: `own` and `other` partner, and `root`, who made it."""
    root = User.objects.create_superuser("root", password="a long enough word")
    Grant.objects.bulk_create(Grant(user=root, role=role) for role in settings.OPLICH_ROLES)
    call_command("load_sectors", verbosity=0)
    make.place("UA6312027", name_uk="Харківська", name_en="Kharkivska")
    make.place("UA4606025", name_uk="Львівська", name_en="Lvivska")
    own = _of_one_partner(root, "Rescue Now", "UA6312027", "Зразкова")
    other = _of_one_partner(root, "Union Foundation", "UA4606025", "Інакша")
    return SimpleNamespace(root=root, own=own, other=other)
