"""What every page's templates may use: {% load look %}."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oplich.core import jobs
from oplich.site import telling

register = template.Library()
MEANINGS = {"done": "done", "underway": "underway", "needsyou": "needsyou", "refused": "refused"}


@register.simple_tag
def icon(name: str, css: str = ""):
    """One of OCHA's icons by the name in frontend/icons.json. Only an ornament: the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', css, static("built/icons.svg"), name
    )


@register.filter
def far(job) -> jobs.Progress:
    """How far a job is now. Its row tells only when it has ended; until then it writes beside the database."""
    return jobs.progress(job)


@register.filter
def meaning_icon(meaning: str) -> str:
    """The icon that goes with one of the four meanings."""
    return MEANINGS.get(meaning, "neutral")


@register.filter
def number(value, decimals: int | None = None) -> str:
    """A number as this language writes it; a dash where nothing is known, which is not the same as nought."""
    if value is None or value == "":
        return "—"
    if not isinstance(value, int | float | Decimal):
        return str(value)
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    return formats.number_format(value, decimals, use_l10n=True, force_grouping=True)


@register.filter
def share(value) -> str:
    """A share between 0 and 1 as a percentage: one decimal below ten."""
    if value is None:
        return "—"
    percent = float(value) * 100
    shown = formats.number_format(percent, 1 if 0 < percent < 10 else 0, use_l10n=True, force_grouping=True)
    return _("%(number)s\u00a0%%") % {"number": shown}


@register.simple_tag
def ago(moment: dt.datetime | None):
    """How long ago, with the exact moment on hover."""
    if moment is None:
        return "—"
    moment = timezone.localtime(moment)
    seconds = max(0, (timezone.now() - moment).total_seconds())
    if seconds < 60:
        words = _("just now")
    elif seconds < 3600:
        words = ngettext("%(n)s minute ago", "%(n)s minutes ago", int(seconds // 60)) % {"n": int(seconds // 60)}
    elif seconds < 86400:
        words = ngettext("%(n)s hour ago", "%(n)s hours ago", int(seconds // 3600)) % {"n": int(seconds // 3600)}
    else:
        words = formats.date_format(moment, "DATE_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), formats.date_format(moment, "DATETIME_FORMAT"), words
    )


@register.simple_tag(takes_context=True)
def again(context, **changes):
    """This page's address with some of its query changed; None leaves a part out. Changing a filter forgets the page."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return "?" + query.urlencode() if query else "?"


@register.filter
def told(entry) -> str:
    """A line of the journal in human words."""
    return telling.told(entry)


class Capture(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist = nodelist
        self.name = name

    def render(self, context):
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 rendered by templates, escaped there
        return ""


@register.tag
def capture(parser, token):
    """{% capture page_title %}{% block title %}{% endblock %}{% endcapture %}: a block that is shown in two places."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return Capture(nodelist, name)


@register.filter
def field_class(bound):
    """The widget of a form field in the page's look, told to screen readers with its help and its faults."""
    kind = getattr(bound.field.widget, "input_type", "")
    name = type(bound.field.widget).__name__
    css = "form-select" if kind == "select" else "form-check-input" if kind in ("checkbox", "radio") else "form-control"
    if name in ("RadioSelect", "CheckboxSelectMultiple", "HiddenInput"):
        return bound.as_widget()
    given = bound.field.widget.attrs.get("class", "")
    attributes = {"class": f"{given} {css}{' is-invalid' if bound.errors else ''}".strip()}
    return bound.as_widget(attrs=attributes)


@register.filter
def is_checkbox(bound) -> bool:
    return getattr(bound.field.widget, "input_type", "") == "checkbox" and type(bound.field.widget).__name__ == "CheckboxInput"


@register.filter
def is_choices(bound) -> bool:
    return type(bound.field.widget).__name__ in ("RadioSelect", "CheckboxSelectMultiple")
