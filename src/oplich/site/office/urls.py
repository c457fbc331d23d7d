"""Pages of the office, below /<language>/office/: who may do what, what was done, what is running."""

from django.urls import path

from oplich.site.office import views, work

app_name = "office"
urlpatterns = [
    path("", views.office, name="office"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="new-user"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/account/", views.account, name="account"),
    path("access/<int:pk>/end/", views.end_access, name="end-access"),
    path("me/", views.me, name="me"),
    path("me/tokens/", views.new_token, name="new-token"),
    path("tokens/<uuid:pk>/revoke/", views.revoke_token, name="revoke-token"),
    path("journal/", work.journal_page, name="journal"),
    path("jobs/", work.jobs_page, name="jobs"),
    path("jobs/<uuid:pk>/stop/", work.stop_job, name="stop-job"),
]
