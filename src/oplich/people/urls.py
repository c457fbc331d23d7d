"""Pages of this room, below /<language>/people/."""

app_name = "people"
urlpatterns: list = []
