"""Search finds what one may see, and nothing else."""

import pytest
from tests import make

from oplich.core.models import Grant
from oplich.intake.models import Upload
from oplich.site import search

pytestmark = pytest.mark.django_db


def titles(user, text):
    return {hit.title for kind in search.find(user, text) for hit in kind.hits}


def hand_in(organisation, name):
    return Upload.objects.create(
        organisation=str(organisation.pk),
        sender=organisation.name,
        file_name=name,
        sha256=name.ljust(64, "0"),
        size_bytes=1,
        by=make.user(""),
    )


def test_a_partner_is_found_by_a_part_of_its_name():
    make.organisation("Rescue Now")
    assert "Rescue Now" in titles(make.user("viewer"), "rescue")


def test_a_reporter_finds_the_files_of_their_own_organisation_only():
    ours, theirs = make.organisation("Union Foundation"), make.organisation("Unity")
    hand_in(ours, "march-ours.xlsx")
    hand_in(theirs, "march-theirs.xlsx")
    assert titles(make.user("reporter", at=ours), "march") == {"march-ours.xlsx"}
    assert titles(make.user("information-manager"), "march") == {"march-ours.xlsx", "march-theirs.xlsx"}


def test_somebody_without_a_role_finds_nothing():
    make.organisation("Rescue Now")
    assert titles(make.user(""), "rescue") == set()


def test_a_right_that_has_ended_finds_nothing():
    make.organisation("Rescue Now")
    user = make.user("viewer")
    Grant.objects.all().delete()
    user.forget_grants()
    assert titles(user, "rescue") == set()


@pytest.mark.parametrize("text", ["", " ", "a", "%", "'; drop table", "\x00\x00", "🙂" * 50, "x" * 5000, "<script>"])
def test_strange_searches_are_answered_calmly(client, text):
    client.force_login(make.user("information-manager"))
    answer = client.get("/uk/search/", {"q": text})
    assert answer.status_code == (400 if "\x00" in text else 200)
    assert "<script>alert" not in answer.text
