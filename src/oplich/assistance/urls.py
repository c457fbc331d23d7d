"""Pages of this room, below /<language>/assistance/."""

from django.urls import path

from oplich.assistance import views

app_name = "assistance"
urlpatterns = [
    path("", views.listing, name="list"),
    path("headcount/", views.headcount, name="headcount"),
    path("help/<uuid:registration>/", views.help, name="help"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/everything/", views.everything, name="everything"),
    path("<uuid:pk>/", views.record, name="record"),
    path("<uuid:pk>/correct/", views.headcount, name="correct"),
    path("<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
]
