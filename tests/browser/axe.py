"""What axe says about a page: nothing serious or critical may stand."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

GRAVE = ("serious", "critical")


def barriers(page) -> list[str]:
    """Each barrier in words: the rule, where, and what axe would do."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {' | '.join(node['html'][:160] for node in rule['nodes'][:4])}\n    {rule['nodes'][0]['failureSummary'][:400]}"
        for rule in found
        if rule["impact"] in GRAVE
    ]


def no_barriers(page) -> None:
    found = barriers(page)
    assert not found, f"{page.url}\n" + "\n".join(found)
