"""A column for sealed personal text. It stores what `core.sealing.seal` made and refuses anything in clear."""

from django.db import models

from oplich.core import sealing


class SealedField(models.BinaryField):
    """Ciphertext of one personal field. Read it with `sealing.open_fields`, write it with `sealing.seal_fields`."""

    description = "Sealed personal text"

    def get_prep_value(self, value):
        if value is not None and not sealing.is_sealed(value):
            raise ValueError(f"{self.model.__name__}.{self.name} takes sealed bytes only; use core.sealing.seal_fields")
        return super().get_prep_value(value)
