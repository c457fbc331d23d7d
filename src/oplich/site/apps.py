from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "oplich.site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from oplich.site import checks  # noqa: F401  (registers the checks once the settings are read)
