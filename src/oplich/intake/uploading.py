"""Files on their way in. What is larger than we take is not written to the disk at all, however it is sent."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from oplich.core.refusal import Refusal

ROUND_IT = 100_000  # what a form adds around a file
TOO_LARGE = "oplich.upload_too_large"


class TooLarge(Refusal):
    """A file is larger than this installation takes."""

    status = 413


class CappedUpload(TemporaryFileUploadHandler):
    """Writes uploads to a temporary file up to OPLICH_UPLOAD_BYTES; past that the file is thrown away and the request marked."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.written, self.announced = 0, content_length

    def new_file(self, *args, **kwargs):
        if self.announced > settings.OPLICH_UPLOAD_BYTES + ROUND_IT:
            self._stop()
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        self.written += len(raw_data)
        if self.written > settings.OPLICH_UPLOAD_BYTES:
            self.upload_interrupted()
            self._stop()
        return super().receive_data_chunk(raw_data, start)

    def _stop(self):
        if self.request is not None:
            self.request.META[TOO_LARGE] = True
        raise StopUpload(connection_reset=False)


def sent_file(request, name: str = "file"):
    """The file that came with a request, or None. Raises TooLarge."""
    found = request.FILES.get(name)
    if request.META.get(TOO_LARGE):
        raise TooLarge(
            _(
                "The file is larger than %(megabytes)s MB, the most that is taken at once. Split it by month or by sector and hand in the parts."
            )
            % {"megabytes": settings.OPLICH_UPLOAD_BYTES // 1_000_000},
            field=name,
        )
    return found


def nothing_sent() -> str:
    return _("No file came with the request. Send it as the part named “file” of a multipart form.")
