"""The one error a person is meant to read."""


class Refusal(Exception):
    """A deed was not done, and the text says why and what can be done about it.

    The message is shown to the person as it stands, so it is written (and translated) for them.
    `field` names the input the refusal is about, as the form or the API knows it; None means the whole deed.
    Subclasses are named after states of affairs: `NotEnoughStock`, `AlreadyAccepted`.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(Refusal):
    """The person may not do this here. Pages and the API answer exactly as if the record did not exist."""

    status = 404
