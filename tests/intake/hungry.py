"""A child that takes all the memory it is given."""

import json
import sys

from oplich.intake.confined import Limits, confine

confine(Limits(**json.load(sys.stdin)["limits"]))
hoard = []
while True:
    hoard.append(bytearray(50_000_000))
