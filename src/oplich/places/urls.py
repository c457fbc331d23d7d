"""Pages of this room, below /<language>/places/."""

from django.urls import path

from oplich.places import views

app_name = "places"
urlpatterns = [
    path("", views.listing, name="places"),
    path("figures/", views.picture, name="figures"),
    path("<slug:code>/", views.show, name="place"),
    path("<slug:code>/zone/", views.set_zone, name="zone"),
]
