"""Small things the pages of this room draw with."""

from __future__ import annotations

from django import template

register = template.Library()


@register.simple_tag
def shade(organisations: int, most: int) -> int:
    """0 (none) to 5 (the most of the table)."""
    return 0 if not organisations else max(1, round(5 * organisations / max(most, 5)))


@register.filter
def sector_counts(picture) -> list[tuple[str, int]]:
    """Organisations per sector, in the order of the columns."""
    return [(slug, picture.by_sector.get(slug, 0)) for slug, _name in picture.sectors]
