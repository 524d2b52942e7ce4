from messenger.models import Installation


def epoch_of_database() -> str:
    """The name of this database's history; another one after a backup was restored (`manage new_epoch`)."""
    installation, _ = Installation.objects.get_or_create(pk=1)
    return installation.epoch
