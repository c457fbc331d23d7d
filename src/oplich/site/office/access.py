"""Who signs in and what they may do. `by=None` is the person at the machine's own command line."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oplich.core import journal, permissions, tokens
from oplich.core.models import ApiToken, Grant, User
from oplich.core.permissions import Scope
from oplich.core.refusal import Refusal

KEEPER = "operator"  # the role without which nobody could give access any more


class NameTaken(Refusal):
    pass


class WeakPassword(Refusal):
    pass


class NoSuchRole(Refusal):
    pass


class NotYourself(Refusal):
    pass


class LastOperator(Refusal):
    pass


class MoreThanYouMay(Refusal):
    pass


def _asked(by: User | None, deed: str, at: Scope | None = None) -> None:
    if by is not None:
        permissions.require(by, deed, at=at or Scope())


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error


def _others_keep(user: User) -> bool:
    live = [grant for grant in Grant.objects.filter(role=KEEPER, user__is_active=True).exclude(user=user) if grant.is_live(timezone.now())]
    return any(grant.scope() == Scope() for grant in live)


def _keeps(user: User) -> bool:
    return any(grant.role == KEEPER and grant.is_live(timezone.now()) for grant in Grant.objects.filter(user=user))


@transaction.atomic
def add_user(
    *, by: User | None, username: str, password: str = "", full_name: str = "", email: str = "", language: str = "uk"
) -> tuple[User, str]:
    """Make an account; without a password one is made. Returns the user and the password, to be handed over once.

    Raises NotAllowed, NameTaken, WeakPassword.
    """
    _asked(by, "core.users")
    username = username.strip()
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(_("Somebody already signs in as “%(name)s”. Choose another name.") % {"name": username}, field="username")
    if email and User.objects.filter(email__iexact=email).exists():
        raise NameTaken(_("Another account already uses this e-mail address. Open that account instead."), field="email")
    user = User(username=username, full_name=full_name.strip(), email=email.strip(), language=language)
    password = password or secrets.token_urlsafe(12)
    _check_password(password, user)
    user.set_password(password)
    user.save()
    journal.write(by=by, what="user.added", subject=user)
    return user, password


@transaction.atomic
def new_password(*, by: User | None, user: User) -> str:
    """A new password for somebody who lost theirs; their sessions end. Returns it, to be handed over once. Raises NotAllowed."""
    _asked(by, "core.users")
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    journal.write(by=by, what="user.password_renewed", subject=user)
    return password


@transaction.atomic
def close_account(*, by: User | None, user: User) -> None:
    """Let a user no longer sign in: at once, in every session and through every token. Raises NotAllowed, NotYourself, LastOperator."""
    _asked(by, "core.users")
    if by == user:
        raise NotYourself(_("You cannot close your own account. Ask another operator."))
    if _keeps(user) and not _others_keep(user):
        raise LastOperator(_("This is the last operator. Make another one first, or nobody could give access any more."))
    User.objects.filter(pk=user.pk).update(is_active=False)
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now())
    user.is_active = False
    journal.write(by=by, what="user.closed", subject=user)


@transaction.atomic
def reopen_account(*, by: User | None, user: User) -> None:
    """Let a user sign in again, with the access they still have; their tokens stay revoked. Raises NotAllowed."""
    _asked(by, "core.users")
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.is_active = True
    journal.write(by=by, what="user.reopened", subject=user)


@transaction.atomic
def give(
    *,
    by: User | None,
    user: User,
    role: str,
    organisation: str = "",
    area: str = "",
    purpose: str = "",
    until: dt.datetime | None = None,
) -> Grant:
    """Give a role in a scope, for a time. Giving it again changes how long. Raises NotAllowed, NoSuchRole, NotYourself."""
    scope = Scope(organisation, area, purpose)
    _asked(by, "core.grant", scope)
    if by is not None and by == user:
        raise NotYourself(_("You cannot give access to yourself. Ask another operator."))
    if role not in settings.OPLICH_ROLES:
        raise NoSuchRole(_("There is no role “%(role)s” here. Choose one from the list.") % {"role": role}, field="role")
    if until is not None and until <= timezone.now():
        raise Refusal(_("This day has already passed. Choose a later one, or none."), field="until")
    grant, _made = Grant.objects.update_or_create(
        user=user,
        role=role,
        organisation=organisation,
        area=area,
        purpose=purpose,
        defaults={"until": until, "granted_by": by, "granted_at": timezone.now()},
    )
    user.forget_grants()
    journal.write(by=by, what="access.given", subject=user, at=scope, role=role, until=until.isoformat() if until else None)
    return grant


@transaction.atomic
def end(*, by: User | None, grant: Grant) -> None:
    """Take a role back, at once. Raises NotAllowed, LastOperator."""
    _asked(by, "core.grant", grant.scope())
    user = grant.user
    if grant.role == KEEPER and grant.scope() == Scope() and user.is_active and not _others_keep(user):
        raise LastOperator(_("This is the last operator. Make another one first, or nobody could give access any more."))
    journal.write(by=by, what="access.ended", subject=user, at=grant.scope(), role=grant.role)
    grant.delete()
    user.forget_grants()


@transaction.atomic
def make_token(
    *, by: User, name: str, role: str, organisation: str = "", area: str = "", purpose: str = "", until: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """A key for a program that acts as this user, in one of their roles and within their scope. Returns it and the secret, shown once.

    Raises MoreThanYouMay.
    """
    scope = Scope(organisation, area, purpose)
    held = [grant for grant in by.live_grants() if grant.role == role and grant.is_live(timezone.now())]
    if getattr(by, "narrowed_to", None) is not None or not any(grant.scope().overlaps(scope) for grant in held):
        raise MoreThanYouMay(_("A token can only have a role and a scope that you have yourself. Choose one of yours."), field="role")
    secret = tokens.new_secret()
    token = ApiToken.objects.create(
        user=by, name=name.strip()[:100], role=role, organisation=organisation, area=area, purpose=purpose,
        digest=tokens.digest(secret), until=until,
    )  # fmt: skip
    journal.write(by=by, what="token.made", subject=token, role=role)
    return token, secret


@transaction.atomic
def revoke_token(*, by: User, token: ApiToken) -> None:
    """Let a token open nothing any more, at once. One's own, or as an operator anybody's. Raises NotAllowed."""
    if token.user_id != by.pk:
        _asked(by, "core.users")
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    journal.write(by=by, what="token.revoked", subject=token)


@transaction.atomic
def choose_language(*, by: User, language: str) -> None:
    """The language pages and messages come in. Raises Refusal."""
    if language not in dict(settings.LANGUAGES):
        raise Refusal(_("Choose one of the languages in the list."), field="language")
    User.objects.filter(pk=by.pk).update(language=language)
    by.language = language
    journal.write(by=by, what="user.language_chosen", subject=by, language=language)
