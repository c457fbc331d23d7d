"""Logs as JSON lines in OPLICH_HOME/log, one file per process; warnings also on the terminal. No personal data can get in:

only the keys listed here are written; of other libraries' lines only the wording without its arguments; of an error only its
kind and where it happened, never its text or any value.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from structlog.typing import EventDict, Processor

WORDS = frozenset(
    [
        "event",
        "level",
        "logger",
        "timestamp",
        "request",
        "user",
        "route",
        "method",
        "status",
        "job",
        "path",
        "error",
        "where",
        "kind",
        "command",
        "step",
        "stage",
        "figure",
        "sheet",
        "room",
    ]
)


def _only_known(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Listed keys, and numbers under any key."""
    return {key: value for key, value in event.items() if key in WORDS or key.startswith("_") or isinstance(value, int | float)}


def _error_without_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    trouble = event.pop("exc_info", None)
    if trouble is True:
        trouble = sys.exc_info()
    error = trouble[1] if isinstance(trouble, tuple) else trouble
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        event["where"] = [f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _wording_only(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A line of another library: its template, not the values put into it."""
    record = event.get("_record")
    if record is not None:
        event["event"] = str(record.msg) if record.args else record.name
        if record.exc_info:
            event["exc_info"] = record.exc_info
    return event


def configure(wanted: dict[str, Any]) -> None:
    """Called by Django with settings.LOGGING."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_wording_only, *shared],
        processors=[
            _error_without_values,
            _only_known,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [terminal]
    if name := wanted.get("file"):
        folder = settings.HOME / "log"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handlers.append(logging.handlers.RotatingFileHandler(folder / name, maxBytes=10_000_000, backupCount=5, delay=True))
    root = logging.getLogger()
    root.handlers = handlers
    root.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(formatter)
    for name in ("django", "django.server", "waitress"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("django.request").setLevel(logging.ERROR)  # what was not found stands in the request line
