"""What must hold before Oplich serves others."""

from django.conf import settings
from django.core.checks import Error, register

LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver"}


@register("oplich")
def secret_is_our_own(app_configs, **arguments):
    """A server that others reach signs its sessions with a secret of its own."""
    if settings.DEBUG or settings.SECRET_KEY != settings.LAPTOP_SECRET or set(settings.ALLOWED_HOSTS) <= LOCAL:
        return []
    return [
        Error(
            "Sessions would be signed with the secret that stands in the source.",
            hint="Run “oplich setup”, which makes a secret of your own, or set OPLICH_SECRET_KEY.",
            id="oplich.E001",
        )
    ]


@register("oplich")
def nobody_else_sees_errors(app_configs, **arguments):
    if settings.DEBUG and not set(settings.ALLOWED_HOSTS) <= LOCAL:
        return [Error("Others would see error pages with the inside of the program.", hint="Take OPLICH_DEBUG away.", id="oplich.E002")]
    return []
