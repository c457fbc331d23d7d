"""The roles of this installation: what each may do. Deeds are "room.deed"; a pattern may end in *.

Every deed that code asks for is covered here by at least one role (a test checks that).
"""

from django.utils.translation import gettext_lazy as _

SEES = ["places.see", "partners.see", "reporting.see"]

ROLES = {
    "information-manager": {
        "title": _("Information manager"),
        "deeds": SEES
        + [
            "intake.*",
            "assistance.*",
            "people.see",
            "people.register",
            "partners.*",
            "places.edit",
            "reporting.export",
            "reporting.refresh",
        ],
    },
    "reporter": {
        "title": _("Partner's reporter"),
        "deeds": SEES
        + [
            "intake.see",
            "intake.hand_in",
            "intake.accept",
            "intake.withdraw",
            "assistance.see",
            "assistance.report",
            "partners.contacts",
            "reporting.export",
        ],
    },
    "registrar": {"title": _("Registrar"), "deeds": SEES + ["people.see", "people.register", "assistance.see", "assistance.report"]},
    "viewer": {"title": _("Viewer"), "deeds": SEES + ["reporting.export"]},
    "data-protection-officer": {
        "title": _("Data protection officer"),
        "deeds": SEES + ["people.see", "people.erase", "people.export", "core.journal", "intake.see"],
    },
    "operator": {"title": _("Operator"), "deeds": ["core.*", "places.see", "places.edit", "partners.see"]},
}
