"""Pages of this room, below /<language>/partners/."""

from django.urls import path

from oplich.partners.views import organisations, spellings

app_name = "partners"
urlpatterns = [
    path("", organisations.listing, name="organisations"),
    path("new/", organisations.write, name="new"),
    path("where/", organisations.picture, name="picture"),
    path("settle/", spellings.settle, name="settle"),
    path("settle/decide/", spellings.decide, name="decide"),
    path("settle/check-again/", spellings.check_again, name="check-again"),
    path("settle/list/", spellings.meet, name="meet"),
    path("<uuid:pk>/", organisations.show, name="organisation"),
    path("<uuid:pk>/edit/", organisations.write, name="edit"),
    path("<uuid:pk>/contacts/", organisations.show_contacts, name="contacts"),
    path("<uuid:pk>/<slug:what>/", organisations.deed, name="deed"),
]
