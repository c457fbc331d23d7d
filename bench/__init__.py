"""Measurements, each beside an anchor in the same run. `make bench` runs all; `python -m bench intake` one."""
