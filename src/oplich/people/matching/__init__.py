"""Which registrations are the same human being. Plain Python without Django; see README.md beside this file."""

from oplich.people.matching.certain import Keys, Recognised, Record, certain, keys, recognise

__all__ = ["Keys", "Recognised", "Record", "certain", "keys", "recognise"]
