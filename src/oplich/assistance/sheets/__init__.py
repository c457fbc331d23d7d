"""The two spreadsheets in which help is reported: named people, and headcounts."""

from oplich.assistance.sheets.activities import ACTIVITIES
from oplich.assistance.sheets.partner_list import PARTNER_LIST

__all__ = ["ACTIVITIES", "PARTNER_LIST"]
