"""Keys for programs: shown once, kept as a digest, acting as their user in one role and scope."""

from __future__ import annotations

import hashlib
import secrets

from django.db.models import Q
from django.utils import timezone

from oplich.core.models import ApiToken, User

PREFIX = "oplich_"


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """A plain digest is enough: the secret has 256 random bits, so it cannot be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def user_of(secret: str) -> User | None:
    """The user a token acts as, narrowed to the token's role and scope; None when the token opens nothing."""
    now = timezone.now()
    token = (
        ApiToken.objects.filter(
            Q(until__isnull=True) | Q(until__gt=now), digest=digest(secret), revoked_at__isnull=True, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    if token is None:
        return None
    if token.last_used_on != now.date():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=now.date())
    token.user.narrowed_to = token
    return token.user
