"""Pages of this room, below /<language>/intake/."""

app_name = "intake"
urlpatterns: list = []
