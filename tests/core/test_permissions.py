"""Who may do what, where: asked many thousand times against the plainest possible statement of the rule."""

import datetime as dt
import fnmatch
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from oplich.core import permissions
from oplich.core.models import Entry, Grant, User
from oplich.core.permissions import Scope
from oplich.core.refusal import NotAllowed

ORGANISATIONS = st.sampled_from(["", "7", "8"])
AREAS = st.sampled_from(["", "UA/", "UA/UA63/", "UA/UA63/UA6312/", "UA/UA6/", "PL/"])
PURPOSES = st.sampled_from(["", "assistance", "protection"])
SCOPES = st.builds(Scope, ORGANISATIONS, AREAS, PURPOSES)
ROLES = st.sampled_from([*settings.OPLICH_ROLES, "no-such-role"])
DEEDS = st.sampled_from(
    [
        "intake.accept",
        "intake.see",
        "people.see",
        "people.erase",
        "places.see",
        "core.users",
        "core.journal",
        "partners.edit",
        "nothing.at_all",
    ]
)
NOW = timezone.now()
GRANTS = st.lists(
    st.builds(
        lambda role, scope, until: Grant(role=role, organisation=scope.organisation, area=scope.area, purpose=scope.purpose, until=until),
        ROLES,
        SCOPES,
        st.sampled_from([None, NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1)]),
    ),
    max_size=4,
)


def user_with(grants, token=None, active=True):
    return SimpleNamespace(is_authenticated=True, is_active=active, live_grants=lambda: grants, narrowed_to=token)


def inside(where: Scope, scope) -> bool:
    """The rule in one breath: every bound of the grant is met by the record."""
    return scope.organisation in ("", where.organisation) and where.area.startswith(scope.area) and scope.purpose in ("", where.purpose)


def has(role: str, deed: str) -> bool:
    return any(fnmatch.fnmatchcase(deed, pattern) for pattern in settings.OPLICH_ROLES.get(role, {}).get("deeds", ()))


@given(grants=GRANTS, deed=DEEDS, where=SCOPES)
def test_nobody_acts_outside_their_grants_and_everybody_inside_them(grants, deed, where):
    allowed = any(has(one.role, deed) and (one.until is None or one.until > NOW) and inside(where, one) for one in grants)
    assert permissions.may(user_with(grants), deed, at=where) == allowed


@given(
    grants=GRANTS,
    token=st.builds(
        lambda role, scope: Grant(role=role, organisation=scope.organisation, area=scope.area, purpose=scope.purpose), ROLES, SCOPES
    ),
    deed=DEEDS,
    where=SCOPES,
)
def test_a_token_never_widens_what_its_user_may(grants, token, deed, where):
    narrowed = permissions.may(user_with(grants, token), deed, at=where)
    alone = permissions.may(user_with(grants), deed, at=where)
    assert not narrowed or (alone and has(token.role, deed) and inside(where, token))
    if alone and has(token.role, deed) and inside(where, token):
        assert narrowed


@given(grants=GRANTS, deed=DEEDS, where=SCOPES)
def test_who_was_sent_away_may_nothing(grants, deed, where):
    assert not permissions.may(user_with(grants, active=False), deed, at=where)
    with pytest.raises(NotAllowed):
        permissions.require(SimpleNamespace(is_authenticated=False), deed, at=where)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["data-protection-officer", "operator", "viewer", None])
@pytest.mark.parametrize("organisation", ["", "7"])
@pytest.mark.parametrize("area", ["", "UA/UA63/"])
def test_a_list_shows_exactly_what_may_be_opened_one_by_one(role, organisation, area):
    """`visible` for lists and `may` for single records never disagree."""
    olena = User.objects.create(username="olena")
    if role:
        Grant.objects.create(user=olena, role=role, organisation=organisation, area=area)
    for one in ("", "7", "8"):
        for place in ("", "UA/", "UA/UA63/", "UA/UA63/UA6312/", "PL/"):
            Entry.objects.create(what="test.x", organisation=one, area=place)
    listed = set(Entry.objects.filter(permissions.visible(olena, "core.journal", organisation="organisation", area="area")))
    opened = {one for one in Entry.objects.all() if permissions.may(olena, "core.journal", at=Scope(one.organisation, one.area))}
    assert listed == opened


@pytest.mark.django_db
def test_a_grant_bound_to_what_the_records_do_not_have_shows_none():
    olena = User.objects.create(username="olena")
    Grant.objects.create(user=olena, role="operator", organisation="7")
    Entry.objects.create(what="test.x", organisation="7")
    assert not Entry.objects.filter(permissions.visible(olena, "core.journal", area="area")).exists()
