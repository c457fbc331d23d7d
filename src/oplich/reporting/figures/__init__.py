"""The engine of figures: one figure, one `.sql` file, whose opening comment says what it counts. No Django; usable alone."""

from oplich.reporting.figures.catalogue import FigureWords, catalogue, words_of
from oplich.reporting.figures.compute import DIMENSIONS, RULES, Days, Figure, LeftOut, Line, NoFacts, UnknownWord, compute

__all__ = [
    "DIMENSIONS",
    "RULES",
    "Days",
    "Figure",
    "FigureWords",
    "LeftOut",
    "Line",
    "NoFacts",
    "UnknownWord",
    "catalogue",
    "compute",
    "words_of",
]
