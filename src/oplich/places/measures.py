"""What published figures count, in the words of those who publish them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """`title` for pages; the words for spreadsheets, folded lower case."""

    title: Any
    word_uk: str
    word_en: str
    words: tuple[str, ...] = ()
    unit: str = "people"


MEASURES = {
    "population": Measure(_("Population"), "населення", "population"),
    "idps": Measure(
        _("Displaced inside the country"), "впо", "idps", ("idp", "внутрішньо переміщені особи", "internally displaced people")
    ),
    "returnees": Measure(_("Returned"), "повернулися", "returnees", ("ті, хто повернулися", "повернені")),
    "refugees": Measure(_("Refugees recorded"), "біженці", "refugees"),
    "refugees-abroad": Measure(_("Refugees recorded abroad, all countries"), "біженці за кордоном", "refugees abroad"),
    "refugees-share": Measure(_("Refugees as a share of the population"), "частка біженців", "refugees share", unit="percent"),
    "people-affected": Measure(_("People affected"), "постраждалі", "people affected", ("affected",)),
    "people-in-need": Measure(_("People in need"), "люди в потребі", "people in need", ("pin", "in need")),
    "people-targeted": Measure(_("People targeted"), "заплановано охопити", "people targeted", ("target", "targeted")),
    "people-reached": Measure(_("People reached"), "охоплено", "people reached", ("reached",)),
    "severity": Measure(_("Severity of needs"), "тяжкість потреб", "severity", unit="level"),
    "departures": Measure(_("Border crossings out, on the day"), "виїзди за день", "departures"),
    "departures-in-all": Measure(_("Border crossings out, in all"), "виїзди всього", "departures in all"),
    "arrivals": Measure(_("Arrivals from Ukraine, on the day"), "прибуття за день", "arrivals"),
    "arrivals-in-all": Measure(_("Arrivals from Ukraine, in all"), "прибуття всього", "arrivals in all"),
    "arrivals-direct-in-all": Measure(_("Arrivals straight from Ukraine, in all"), "прямі прибуття всього", "direct arrivals in all"),
    "civilians-killed": Measure(_("Civilians killed"), "загинуло цивільних", "civilians killed"),
    "civilians-injured": Measure(_("Civilians injured"), "поранено цивільних", "civilians injured"),
}
# Figures that may be drawn per oblast, in the order they are offered.
DRAWN = ("idps", "returnees", "people-in-need", "people-targeted", "people-affected", "population")

GROUPS = {
    "idps": ("впо", "internally displaced people"),
    "non-displaced": ("непереміщені", "non-displaced people", "non displaced"),
    "returnees": ("повернулися", "ті, хто повернулися"),
    "refugees": ("біженці",),
    "female": ("жіноча стать", "жінки та дівчата"),
    "male": ("чоловіча стать", "чоловіки та хлопці"),
    "girls": ("дівчата",),
    "boys": ("хлопці",),
    "women": ("жінки",),
    "men": ("чоловіки",),
    "older-women": ("жінки похилого віку", "older women"),
    "older-men": ("чоловіки похилого віку", "older men"),
    "residence-unknown": ("місце проживання невідоме", "residence location unknown"),
}
GROUP_TITLES = {
    "idps": _("displaced people"),
    "non-displaced": _("people not displaced"),
    "returnees": _("people who returned"),
    "refugees": _("refugees"),
    "female": _("women and girls"),
    "male": _("men and boys"),
    "girls": _("girls"),
    "boys": _("boys"),
    "women": _("women, 18 to 59"),
    "men": _("men, 18 to 59"),
    "older-women": _("women, 60 and older"),
    "older-men": _("men, 60 and older"),
    "residence-unknown": _("residence not known"),
}
SECTORS = {
    "food-security": ("food security & livelihoods", "food security", "продовольча безпека"),
    "health": ("охорона здоров'я", "здоров'я"),
    "mhpss": (),
    "protection": ("general protection", "захист"),
    "child-protection": ("child protection", "захист дітей"),
    "gbv": ("gender-based violence", "гендерно зумовлене насильство"),
    "mine-action": ("mine action", "протимінна діяльність"),
    "shelter": ("shelter & nfis", "shelter/nfi", "житло"),
    "nfi": ("нпт",),
    "wash": ("вода, санітарія та гігієна",),
    "education": ("освіта",),
    "nutrition": ("харчування",),
    "cash": ("multi-purpose cash", "mpca", "багатоцільова грошова допомога"),
    "site-management": ("cccm", "управління місцями проживання"),
    "logistics": ("логістика",),
}
SECTOR_TITLES = {
    "food-security": _("Food security and livelihoods"),
    "health": _("Health"),
    "mhpss": _("Mental health and psychosocial support"),
    "protection": _("Protection"),
    "child-protection": _("Child protection"),
    "gbv": _("Gender-based violence"),
    "mine-action": _("Mine action"),
    "shelter": _("Shelter and non-food items"),
    "nfi": _("Non-food items"),
    "wash": _("Water, sanitation and hygiene"),
    "education": _("Education"),
    "nutrition": _("Nutrition"),
    "cash": _("Multi-purpose cash"),
    "site-management": _("Site management"),
    "logistics": _("Logistics"),
}


def measure_of(slug: str) -> Measure:
    """The measure of a slug; one we have no words for is called by its slug."""
    return MEASURES.get(slug) or Measure(slug.replace("-", " "), slug, slug)
