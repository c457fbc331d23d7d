"""Cells in templates: {{ row.values|cell:slug }}."""

from django import template

register = template.Library()


@register.filter
def cell(values: dict, name: str):
    """The value under a name; nothing where there is none."""
    value = values.get(name)
    return "" if value is None else value
