"""How people sign in: an operator makes the account; nobody signs up alone."""

import datetime as dt
import functools
import hashlib
import hmac
import ipaddress
import os

from allauth.account.adapter import DefaultAccountAdapter


@functools.lru_cache(maxsize=2)
def _salt(day: dt.date) -> bytes:
    """Made anew each day, kept in memory only: nobody can work an address out again, not even we."""
    return os.urandom(32)


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """Something that differs per address, so that guessing passwords can be slowed down, but is not the address.

        It has the form of a private IPv6 address, because that is what allauth keeps with a session.
        """
        seen = hmac.digest(_salt(dt.datetime.now(dt.UTC).date()), super().get_client_ip(request).encode(), hashlib.sha256)
        return str(ipaddress.IPv6Address(b"\xfd" + seen[:15]))
