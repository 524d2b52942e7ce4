"""Trouble on the bus: what other processes would hear comes late, twice or not at all. In debug, for the proof only."""

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from messenger.layers import HubChannelLayer, Message

LATE_BY_S = (0.02, 0.4)
_ORDERS = "bus-faults.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusFaults:
    """How many of the bus's messages, from 0 to 1, are lost, come twice, or come late and so cross others."""

    seed: int
    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0


def order(state: Path, faults: BusFaults) -> None:
    """Let the servers of this state folder do so from their next message on."""
    unfinished = state / f"{_ORDERS}.new"
    unfinished.write_text(json.dumps(asdict(faults)))
    unfinished.rename(state / _ORDERS)


class TroubledLayer(HubChannelLayer):
    """The hubs' layer, which does to their messages what was ordered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._said = ""
        self._faults = BusFaults(seed=0)
        self._chance = Random(0)
        self._under_way: set[asyncio.Task[None]] = set()

    async def group_send_here(self, group: str, message: Message) -> int:
        """What is lost or late says nothing about who listens."""
        self._read_orders()
        if self._chance.random() < self._faults.lost:
            return 0
        listeners = 0
        for _ in range(2 if self._chance.random() < self._faults.doubled else 1):
            if self._chance.random() < self._faults.late:
                self._send_late(group, message)
            else:
                listeners = await super().group_send_here(group, message)
        return listeners

    def _send_late(self, group: str, message: Message) -> None:
        async def send() -> None:
            await asyncio.sleep(delay)
            await HubChannelLayer.group_send_here(self, group, message)

        delay = self._chance.uniform(*LATE_BY_S)
        task = asyncio.create_task(send())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _read_orders(self) -> None:
        try:
            said = (settings.STATE / _ORDERS).read_text()
        except FileNotFoundError:
            return
        if said != self._said:
            self._said, self._faults = said, BusFaults(**json.loads(said))
            self._chance = Random(f"{self._faults.seed} {settings.MESSENGER_PROCESS}")
