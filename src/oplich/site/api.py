"""The HTTP API: every room's router under /api/<name>/, refusals as problem details."""

from django.conf import settings
from django.utils.module_loading import import_string
from ninja import NinjaAPI

api = NinjaAPI(title="Oplich", version="1", docs_url="docs", openapi_url="openapi.json")
for name, dotted in settings.OPLICH_APIS.items():
    api.add_router(f"/{name}/", import_string(dotted))
