"""What is generated for the demonstration: which partner helped where, with what and when. The partners' names end in “(зразок)”: they do not exist."""

from __future__ import annotations

import datetime as dt

from oplich.site.demo.generate import NamedList, Report


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


LISTS = [
    NamedList("Demo – New Dwelling", "Нова оселя – тимчасове житло.xlsx", "shelter", ("temporary-accommodation", "rental-support"),
              ("UA73", "UA26", "UA21"), day("2022-03-10"), day("2022-09-30"), 560),
    NamedList("Demo – Side by Side", "Поруч – групи підтримки.xlsx", "mhpss", ("psychosocial-groups", "art-therapy", "counselling"),
              ("UA18", "UA32", "UA80", "UA74"), day("2022-04-11"), day("2022-12-20"), 480),
    NamedList("Demo – Nearby Moldova", "Поряд Молдова – готівкова допомога.xlsx", "cash", ("multi-purpose-cash",),
              ("Молдова",), day("2022-05-02"), day("2023-02-15"), 420),
    NamedList("Demo – Podillia Centre", "Подільський центр – список отримувачів.csv", "cash", ("multi-purpose-cash",),
              ("UA68", "UA05"), day("2022-06-01"), day("2023-01-31"), 820, shared=0.25),
    NamedList("Demo – Healthy Community", "Здорова громада – прийом лікаря.xlsx", "health", ("primary-care", "mobile-medical-team", "medicines"),
              ("UA05", "UA71", "UA35"), day("2022-09-05"), day("2023-03-20"), 450, shared=0.3),
    NamedList("Demo – Bridge of Help", "Міст допомоги – видача наборів.xlsx", "nfi", ("nfi-kits", "bedding-kits", "solid-fuel"),
              ("UA12", "UA23", "UA14"), day("2022-10-03"), day("2023-03-24"), 800, shared=0.3),
    NamedList("Demo – Warm Home", "Теплий дім – ремонт і тепло.xlsx", "shelter", ("house-repair", "emergency-repair-kits"),
              ("UA63", "UA59", "UA53"), day("2022-11-01"), day("2023-03-15"), 600, shared=0.25),
    NamedList("Demo – Spring", "Джерело – гігієнічні набори.xlsx", "wash", ("hygiene-kits", "drinking-water"),
              ("UA48", "UA65", "UA51"), day("2022-11-14"), day("2023-03-28"), 880, shared=0.3),
]  # fmt: skip
# Handed in and left as they are, so that home has something to do: one has faults, one has columns nobody has explained yet.
WITH_FAULTS = NamedList("Demo – Swallow", "Ластівка – простір для дітей, березень.xlsx", "child-protection", ("child-friendly-space",),
                        ("UA46", "UA07", "UA56", "UA61"), day("2023-03-01"), day("2023-03-30"), 140, faults=16)  # fmt: skip
TO_MAP = NamedList("Demo – East and West", "Схід і Захід – форма складу.xlsx", "nfi", ("nfi-kits",),
                   ("UA63", "UA14"), day("2023-03-06"), day("2023-03-29"), 120)  # fmt: skip

REPORTS = [
    Report("Demo – Bridge of Help", "Міст допомоги – 5W.xlsx",
           (("nfi", "nfi-kits"), ("wash", "hygiene-kits"), ("food-security", "food-kits")), ("UA12", "UA23", "UA14"),
           day("2022-04-01"), day("2023-03-31"), 300),
    Report("Demo – Warm Home", "Теплий дім – 5W.xlsx",
           (("shelter", "house-repair"), ("nfi", "heaters"), ("nfi", "solid-fuel")), ("UA63", "UA59", "UA53"),
           day("2022-06-01"), day("2023-03-31"), 233),
    Report("Demo – Spring", "Джерело – 5W.xlsx",
           (("wash", "drinking-water"), ("wash", "hygiene-kits"), ("food-security", "hot-meals")), ("UA48", "UA65", "UA51"),
           day("2022-04-01"), day("2023-03-31"), 400),
    Report("Demo – Side by Side", "Поруч – 5W.xlsx",
           (("mhpss", "psychosocial-groups"), ("child-protection", "child-friendly-space"), ("information", "information-session")),
           ("UA18", "UA32", "UA80", "UA74"), day("2022-03-01"), day("2023-03-31"), 106),
    Report("Demo – Swallow", "Ластівка – 5W.xlsx",
           (("child-protection", "child-friendly-space"), ("education", "language-courses"), ("food-security", "social-canteen")),
           ("UA46", "UA07", "UA56", "UA61"), day("2022-03-01"), day("2023-02-28"), 140),
    Report("Demo – East and West", "Схід і Захід – 5W.xlsx",
           (("nfi", "nfi-kits"), ("nfi", "bedding-kits"), ("movement", "evacuation")), ("UA63", "UA14", "UA44"),
           day("2022-02-24"), day("2023-02-28"), 200),
    Report("Demo – Healthy Community", "Здорова громада – 5W.xlsx",
           (("health", "primary-care"), ("health", "medicines"), ("mhpss", "counselling")), ("UA05", "UA71", "UA35"),
           day("2022-05-01"), day("2023-03-31"), 126),
    Report("Demo – New Dwelling", "Нова оселя – 5W.xlsx",
           (("site-management", "site-support"), ("shelter", "temporary-accommodation"), ("referral", "referral")),
           ("UA73", "UA26", "UA21", "UA68"), day("2022-03-01"), day("2023-03-31"), 116),
    Report("Demo – Bridges Poland", "Мости Польща – 5W.xlsx",
           (("protection", "legal-aid"), ("inclusion", "job-training"), ("information", "information-session")), ("Польща",),
           day("2022-03-01"), day("2023-03-31"), 500),
    Report("Demo – Home Slovakia", "Дім Словаччина – 5W.xlsx",
           (("shelter", "temporary-accommodation"), ("health", "primary-care"), ("inclusion", "social-events")), ("Словаччина",),
           day("2022-03-01"), day("2023-03-31"), 233),
]  # fmt: skip

# Names as a cluster's list spells them; the page “Who is meant?” has something to do.
SPELLINGS = [
    "МОМ Україна", "Norvegian Refugee Counsil", "ВПП ООН", "UNHCR Ukraine", "Rescue Nov", "Dnipro Municipality", "Мост допомоги (зразок)",
    "Людина в біді / PIN", "Karitas Ukraina", "Тернопольська міськрада", "невідомо", "Волонтери Лубен",
]  # fmt: skip
