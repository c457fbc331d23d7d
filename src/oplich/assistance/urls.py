"""Pages of this room, below /<language>/assistance/."""

app_name = "assistance"
urlpatterns: list = []
