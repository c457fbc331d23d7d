"""How people sign in: an operator makes the account; nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False
