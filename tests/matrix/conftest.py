import pytest
from django.conf import LazySettings

from messenger.models import User
from tests.live import live
from tests.matrix.scene import Scene, set_scene

__all__ = ["live"]


@pytest.fixture
def scene(alice: User, bob: User, carol: User, mallory: User, adam: User, settings: LazySettings) -> Scene:
    settings.MESSENGER_RATE_LIMIT = "off"
    return set_scene(alice, bob, carol, mallory, adam)
