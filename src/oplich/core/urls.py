"""Pages of this room, below /<language>/core/."""

app_name = "core"
urlpatterns: list = []
