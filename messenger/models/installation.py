import secrets

from django.db import models


def _new_epoch() -> str:
    return secrets.token_hex(8)


class Installation(models.Model):
    """One row that names this database's history. A restored backup gets a new `epoch` (`manage new_epoch`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.CharField(max_length=32, default=_new_epoch)

    def __str__(self) -> str:
        return self.epoch
