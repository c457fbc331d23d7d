"""Refusals are compared in English here; that everything is said in Ukrainian is checked in tests/site/test_words.py."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield
