from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "oplich.assistance"
    default_auto_field = "django.db.models.BigAutoField"
