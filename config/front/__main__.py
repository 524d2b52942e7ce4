"""`python -m config.front --listen HOST:PORT --process NAME=PORT … [--trusted ADDRESS …]`; `up --web N` starts it."""

import argparse
import asyncio
import signal
from functools import partial
from ipaddress import ip_address, ip_network

import uvloop

from config.front.clients import ANSWER_WITHIN_S, Client
from config.front.streams import WatchedReader
from config.front.web_processes import WebProcess, WebProcesses

END_WITHIN_S = 2.0
BACKLOG = 2048


async def serve(host: str, port: int, *, processes: WebProcesses, trusted: list[str], answer_within_s: float) -> None:
    """Serve until SIGTERM; what is open then gets a moment to end."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    clients: set[asyncio.Task[None]] = set()

    async def welcome(reader: WatchedReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername") or ("",)
        client = Client(
            reader,
            writer,
            processes=processes,
            address=peer[0],
            is_trusted=_is_among(peer[0], trusted),
            answer_within_s=answer_within_s,
        )
        task = asyncio.current_task()
        assert task is not None
        clients.add(task)
        task.add_done_callback(clients.discard)
        await client.serve()

    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(_protocol, welcome), host, port, backlog=BACKLOG)
    await stopping.wait()
    server.close()
    if clients:
        await asyncio.wait(set(clients), timeout=END_WITHIN_S)
    for task in set(clients):
        task.cancel()


def _protocol(welcome: object) -> asyncio.StreamReaderProtocol:
    return asyncio.StreamReaderProtocol(WatchedReader(), welcome)  # type: ignore[arg-type]  # its own kind of reader


def _is_among(address: str, trusted: list[str]) -> bool:
    if "*" in trusted:
        return True
    try:
        return any(ip_address(address) in ip_network(one, strict=False) for one in trusted)
    except ValueError:
        return False


def main() -> None:
    """Read the arguments, and serve."""
    parser = argparse.ArgumentParser(prog="python -m config.front")
    parser.add_argument("--listen", required=True)
    parser.add_argument("--process", action="append", required=True)
    parser.add_argument("--trusted", action="append", default=[])
    parser.add_argument("--answer-within", type=float, default=ANSWER_WITHIN_S, metavar="SECONDS")
    given = parser.parse_args()
    host, _, port = given.listen.rpartition(":")
    host = host.strip("[]")
    named = [one.partition("=") for one in given.process]
    processes = WebProcesses([WebProcess(name, int(number)) for name, _, number in named])
    uvloop.run(serve(host, int(port), processes=processes, trusted=given.trusted, answer_within_s=given.answer_within))


if __name__ == "__main__":
    main()
