"""Pages of this room, below /<language>/reports/."""

from django.urls import path

from oplich.reporting import views

app_name = "reporting"
urlpatterns = [
    path("", views.index, name="index"),
    path("reached/", views.reached, name="reached"),
    path("figures/", views.catalogue, name="catalogue"),
    path("figures/<slug:slug>/", views.figure, name="figure"),
    path("figures/<slug:slug>/file/", views.take_away, name="take-away"),
    path("figures/<slug:slug>/drawing.json", views.drawing, name="drawing"),
    path("facts/refresh/", views.refresh, name="refresh"),
]
