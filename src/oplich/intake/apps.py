from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "oplich.intake"
    default_auto_field = "django.db.models.BigAutoField"
