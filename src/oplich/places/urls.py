"""Pages of this room, below /<language>/places/."""

app_name = "places"
urlpatterns: list = []
