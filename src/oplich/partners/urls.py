"""Pages of this room, below /<language>/partners/."""

app_name = "partners"
urlpatterns: list = []
