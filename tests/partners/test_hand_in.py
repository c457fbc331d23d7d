"""A file that names an organisation nobody has met: it is asked about once, and never again."""

import io

import pytest
from django.urls import reverse
from django.utils import translation

from oplich.assistance.actions import reference
from oplich.assistance.models import Assistance
from oplich.core import jobs
from oplich.intake import actions as intake
from oplich.intake.models import Upload
from oplich.partners import queries
from oplich.partners.actions import spellings
from oplich.partners.models import Organisation
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    made = make.user("information-manager")
    client.force_login(made)
    reference.load(by=None)
    make.place("UA63", "Харківська", "Kharkivska")
    return made


def report(*lines: str) -> io.BytesIO:
    head = "Implementing partner,Oblast,Sector,Month,Total\n"
    return io.BytesIO((head + "".join(f"{line},Харківська область,WASH,03.2023,{100 + at}\n" for at, line in enumerate(lines))).encode())


def hand_in(manager, partner, *lines):
    upload = intake.receive(
        by=manager, file=report(*lines), file_name="march.csv", organisation=str(partner.pk), sender=partner.name, sheet="activities"
    )
    return intake.check(by=manager, upload=upload)


def test_an_unknown_name_waits_is_settled_and_the_file_is_checked_again(client, manager):
    partner = make.organisation("Warm Home")
    known = make.organisation("Rescue Now")
    upload = hand_in(manager, partner, "Warm Home", "Rescue Nov", "Zorya Dubno")
    assert upload.faults_found == 2
    assert [(one.spelling, one.source) for one in queries.waiting(manager)] == [("Rescue Nov", "march.csv"), ("Zorya Dubno", "march.csv")]
    assert "2" in str(queries.matters(manager)[0].title)
    spellings.settle(by=manager, spelling="Rescue Nov", organisation=known)
    spellings.settle_as_new(by=manager, spelling="Zorya Dubno")
    assert queries.waiting(manager) == [] and queries.uploads_to_check_again(manager) == [upload]
    with translation.override("uk"):
        page = client.get(reverse("partners:settle")).content.decode()
        assert "march.csv" in page
        client.post(reverse("partners:check-again"))
    jobs.run_waiting()
    upload = Upload.objects.get(pk=upload.pk)
    assert (upload.faults_found, upload.rows_good) == (0, 3)
    intake.accept(by=manager, upload=upload)
    assert {one.implemented_by.name for one in Assistance.objects.select_related("implemented_by")} == {
        "Warm Home",
        "Rescue Now",
        "Zorya Dubno",
    }
    again = hand_in(manager, partner, "rescue nov", "ZORYA DUBNO")
    assert again.faults_found == 0 and queries.waiting(manager) == []
    assert Organisation.objects.count() == 3


def test_another_partners_reporter_does_not_see_which_names_wait(manager):
    partner, other = make.organisation("Warm Home"), make.organisation("Other Home")
    hand_in(manager, partner, "Zorya Dubno")
    assert queries.matters(make.user("reporter", at=other)) == []
    assert queries.matters(make.user("viewer")) == []
