"""`python -m oplich …` is `oplich …`."""

from oplich.site.command import main

main()
