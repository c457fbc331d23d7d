"""Pages of this room, below /<language>/intake/."""

from django.urls import path

from oplich.intake.views import decisions, mappings, rows, templates, uploads

app_name = "intake"
urlpatterns: list = [
    path("", uploads.listing, name="uploads"),
    path("hand-in/", uploads.hand_in, name="hand-in"),
    path("templates/", templates.listing, name="templates"),
    path("templates/<slug:slug>/<str:language>.xlsx", templates.download, name="template"),
    path("rows/<int:pk>/", rows.show, name="row"),
    path("<uuid:pk>/", uploads.show, name="upload"),
    path("<uuid:pk>/correct/", uploads.hand_in, name="correct"),
    path("<uuid:pk>/changes/", uploads.changes, name="changes"),
    path("<uuid:pk>/faults/", uploads.faults, name="faults"),
    path("<uuid:pk>/rows/", rows.listing, name="rows"),
    path("<uuid:pk>/returned.xlsx", uploads.returned, name="returned"),
    path("<uuid:pk>/kept/", uploads.kept, name="kept"),
    path("<uuid:pk>/mapping/", mappings.show, name="mapping"),
    path("<uuid:pk>/check/", decisions.check, name="check"),
    path("<uuid:pk>/accept/", decisions.accept, name="accept"),
    path("<uuid:pk>/withdraw/", decisions.withdraw, name="withdraw"),
]
