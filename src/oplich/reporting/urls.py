"""Pages of this room, below /<language>/reporting/."""

app_name = "reporting"
urlpatterns: list = []
