"""The address plan. Pages live under their language (/uk/…, /en/…); the API, health and metrics do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from oplich.site.api import api

urlpatterns: list = [
    path("api/", api.urls),
]
urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("intake/", include("oplich.intake.urls")),
    path("places/", include("oplich.places.urls")),
    path("partners/", include("oplich.partners.urls")),
    path("people/", include("oplich.people.urls")),
    path("assistance/", include("oplich.assistance.urls")),
    path("reports/", include("oplich.reporting.urls")),
    path("office/", include("oplich.core.urls")),
)
