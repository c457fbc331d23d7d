"""Pages of this room, below /<language>/people/."""

from django.urls import path

from oplich.people import views

app_name = "people"
urlpatterns = [
    path("", views.people, name="people"),
    path("register/", views.register, name="register"),
    path("drafts/<uuid:draft>/", views.register, name="draft"),
    path("drafts/<uuid:pk>/discard/", views.discard, name="discard"),
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/names/", views.look, name="look"),
    path("<uuid:pk>/erase/", views.erase, name="erase"),
    path("registrations/<uuid:pk>/consent/", views.consent, name="consent"),
]
