"""The address plan. Pages live under their language (/uk/…, /en/…); the API, health and metrics do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from oplich.site import health, metrics, views
from oplich.site.api import api

urlpatterns: list = [
    path("api/", api.urls),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots),
    path("favicon.ico", views.favicon),
    path("health/", health.show, name="health"),
    path("metrics", metrics.show, name="metrics"),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("search/", views.find, name="search"),
    path("light/", views.theme, name="theme"),
    path("running/", views.running, name="running"),
    path("running/<uuid:pk>/", views.job_part, name="job-part"),
    path("account/", include("allauth.urls")),
    path("intake/", include("oplich.intake.urls")),
    path("places/", include("oplich.places.urls")),
    path("partners/", include("oplich.partners.urls")),
    path("people/", include("oplich.people.urls")),
    path("assistance/", include("oplich.assistance.urls")),
    path("reports/", include("oplich.reporting.urls")),
    path("office/", include("oplich.site.office.urls")),
)

handler400 = "oplich.site.views.not_understood"
handler403 = "oplich.site.views.not_allowed"
handler404 = "oplich.site.views.not_found"
handler500 = "oplich.site.views.went_wrong"
