"""What is looked for on pages: English left on a Ukrainian page, what sticks out of a phone, where the focus is."""

from __future__ import annotations

import re

# Words that hold English sentences together. Two of them in one piece of text are a sentence that nobody translated.
HOLDING = {"the", "of", "is", "are", "and", "to", "for", "you", "this", "that", "not", "with", "was", "in", "by", "your", "has", "no", "a"}

# Every piece of text a person can see or hear. What is data (names in a table), another language or a code is left out.
_TEXTS = """() => {
  const skip = 'script, style, code, kbd, [lang=en], [translate=no], .code, .secret, svg title, option[lang]';
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest(skip)) found.push(node.textContent.trim());
  }
  for (const one of document.body.querySelectorAll('[title], [aria-label], [placeholder], [alt]')) {
    if (one.closest(skip)) continue;
    for (const name of ['title', 'aria-label', 'placeholder', 'alt']) if (one.getAttribute(name)) found.push(one.getAttribute(name).trim());
  }
  found.push(document.title);
  return [...new Set(found)].filter(text => text.length > 2);
}"""

WHO_STICKS_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table-responsive, .chart-art, [data-scrolls]'))
  .slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')"""

WHERE_FOCUS_IS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {html: 'body', unseen: false};
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const label = one.closest('label');
  const seen = box.width > 1 && box.height > 1 || label !== null;
  return {html: one.outerHTML.slice(0, 160) + box.top, unseen: !seen || !marked};
}"""

# Addresses that answer with a file, a part of a page, or only to a POST; the access matrix opens them.
NOT_PAGES: set[str] = {
    "manifest.webmanifest",
    "robots.txt",
    "favicon.ico",
    "health/",
    "metrics",
    "light/",
    "running/",
    "running/<uuid:pk>/",
}

# Deeds (a POST), panels of a page, files, what a form leads to, and pages that need a state the demonstration does not have.
NOT_PAGES |= {
    "assistance/<uuid:pk>/correct/",
    "assistance/people/<uuid:pk>/",
    "assistance/people/<uuid:pk>/everything/",
    "intake/<uuid:pk>/changes/",
    "intake/<uuid:pk>/kept/",
    "office/access/<int:pk>/end/",
    "office/jobs/<uuid:pk>/stop/",
    "office/me/tokens/",
    "office/users/<int:pk>/account/",
    "partners/<uuid:pk>/<slug:what>/",
    "partners/<uuid:pk>/contacts/",
    "partners/settle/check-again/",
    "partners/settle/list/",
    "people/<uuid:pk>/erase/",
    "people/<uuid:pk>/names/",
    "people/drafts/<uuid:draft>/",
    "people/drafts/<uuid:pk>/discard/",
    "people/registrations/<uuid:pk>/consent/",
    "places/<slug:code>/zone/",
    "reports/facts/refresh/",
    "reports/figures/<slug:slug>/file/",
    "search/",
}


def left_in_english(page) -> list[str]:
    """Pieces of text on a Ukrainian page that read as English sentences."""
    return [f"in English: {text[:120]}" for text in page.evaluate(_TEXTS) if is_english(text)]


def is_english(text: str) -> bool:
    if re.search(r"[а-яіїєґ]", text, re.IGNORECASE):
        return False
    said = re.findall(r"[A-Za-z']+", text)
    return len(said) > 2 and len({word.lower() for word in said} & HOLDING) > 1


def really_pages(patterns: set[str]) -> set[str]:
    """Of routes no link led to, those that ought to be pages somebody can reach."""
    deeds = re.compile(r"\.(xlsx|csv|pdf|json|svg|png|geojson|txt)$|/(?:accept|withdraw|check|decide|undo|part|cancel|end|revoke|close)/$")
    return {pattern for pattern in patterns if not deeds.search(pattern)}
