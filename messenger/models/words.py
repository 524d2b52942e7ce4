from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


class WordField(_TextField):
    """A word of a closed set, which a domain of the database keeps; a migration makes the domain.

    A CHECK of the table is parsed and planned anew by each statement that changes any of its columns: five of them
    were a twentieth of a send. A domain is looked at where the column itself is written.
    """

    def __init__(self, *args: Any, domain: str, **kwargs: Any) -> None:
        self.domain = domain
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """What a migration writes: a CharField's, and the domain."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "domain": self.domain}

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 (Django's)
        """The column's type."""
        return self.domain
