"""Voters over real HTTP: an open loop that never waits for answers, and one that never gives up."""

import asyncio
import contextlib
import random
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Voter = dict[str, Any]
_TOKEN = "b" * 32  # of our own making: cookie and header only have to agree
_ANSWERS = ("yes", "yes", "no", "abstain")
_SECONDS = 30.0  # for one request


class Failed(Exception):
    """No answer, or one that is no acknowledgement."""


@dataclass(slots=True)
class Told:
    """What the voters know: every form sent, its receipt if one came, how long it took."""

    sent: list[str] = field(default_factory=list)
    acks: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    refused: int = 0
    given_up: int = 0
    whys: dict[str, int] = field(default_factory=dict)

    def percentile(self, part: float) -> float:
        """The latency below which ``part`` of the acknowledgements came, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


class Voters:
    """Everybody who may vote at one house, with connections that are kept open."""

    def __init__(self, port: int, voters: Sequence[Voter], seed: int = 1) -> None:
        self.port, self.voters = port, voters
        self.told = Told()
        self._idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self._sessions: dict[str, str] = {}  # of every form
        self._chance = random.Random(seed)

    async def open_loop(self, rate: float, seconds: float) -> None:
        """Send ``rate`` ballots a second, each at its time, whatever became of those before.

        Latency counts from the time a ballot was due: a slow house cannot hold back the next.
        """
        begun = time.monotonic()
        under_way: set[asyncio.Task[None]] = set()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(self._once(due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        if under_way:
            await asyncio.wait(under_way, timeout=_SECONDS)
        await self.close()

    async def closed_loop(
        self,
        clients: int,
        seconds: float,
        enough: Callable[[], bool] = lambda: False,
        patience: float = 120.0,
    ) -> None:
        """Let ``clients`` vote one after the other; each sends a form again until it is taken.

        They go on for ``seconds``, or until there has been ``enough``.
        """
        end = time.monotonic() + seconds

        async def client() -> None:
            while time.monotonic() < end and not enough():
                await self._until_taken(patience)

        await asyncio.gather(*(client() for _ in range(clients)))
        await self.close()

    async def receipts(self, some: int) -> None:
        """Fetch the signed notes of some receipts, as their owners would."""
        chosen = self._chance.sample(sorted(self.told.acks), min(some, len(self.told.acks)))
        for form in chosen:
            path = f"/receipts/{self.told.acks[form]}?format=txt"
            _, body, _ = await self._ask("GET", path, self._sessions[form])
            self.told.notes[form] = body.decode()
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        while self._idle:
            await _closed(self._idle.pop()[1])

    async def _once(self, due: float) -> None:
        form, voter, answer = self._form()
        try:
            if await self._cast(form, voter, answer):
                self.told.seconds.append(time.monotonic() - due)
        except Failed as why:
            self._missed(why)

    async def _until_taken(self, patience: float) -> None:
        form, voter, answer = self._form()
        begun = time.monotonic()
        while time.monotonic() < begun + patience:
            try:
                taken = await self._cast(form, voter, answer)
            except Failed as why:
                self._missed(why)
                await asyncio.sleep(self._chance.uniform(0.02, 0.2))
                continue
            if taken:
                self.told.seconds.append(time.monotonic() - begun)
            return
        self.told.given_up += 1

    def _form(self) -> tuple[str, Voter, str]:
        form, voter = str(uuid.uuid4()), self._chance.choice(self.voters)
        self.told.sent.append(form)
        self._sessions[form] = voter["session"]
        return form, voter, self._chance.choice(_ANSWERS)

    def _missed(self, why: Failed) -> None:
        self.told.errors += 1
        name = str(why)[:60]
        self.told.whys[name] = self.told.whys.get(name, 0) + 1

    async def _cast(self, form: str, voter: Voter, answer: str) -> bool:
        body = f"client_id={form}&flat={voter['flat']}&answer_lift={answer}".encode()
        status, _, location = await self._ask(
            "POST", f"/polls/{voter['poll']}/cast", voter["session"], body
        )
        if status == 302 and location.startswith("/receipts/"):
            self.told.acks[form] = unquote(location.removeprefix("/receipts/"))
            return True
        if status == 409:
            self.told.refused += 1
            return False
        raise Failed(f"status {status} {location}")

    async def _ask(
        self, method: str, path: str, session: str, body: bytes = b""
    ) -> tuple[int, bytes, str]:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: session={session}; csrftoken={_TOKEN}\r\nX-CSRFToken: {_TOKEN}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        while True:
            kept = self._idle.pop() if self._idle else None
            try:
                pair = kept or await asyncio.open_connection("127.0.0.1", self.port)
                async with asyncio.timeout(_SECONDS):
                    return await self._exchange(pair, head.encode() + body)
            except (OSError, EOFError, TimeoutError, ValueError) as wrong:
                if kept is None:  # one that was kept may have been closed meanwhile: ask again
                    raise Failed(type(wrong).__name__) from wrong

    async def _exchange(
        self, pair: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> tuple[int, bytes, str]:
        reader, writer = pair
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = head.split("\r\n")
            facts = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            exact = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            body = await reader.readexactly(int(facts.get("content-length", "0")))
        except BaseException:
            await _closed(writer)
            raise
        if facts.get("connection") == "close":
            await _closed(writer)
        else:
            self._idle.append(pair)
        return int(lines[0].split(" ")[1]), body, exact.get("Location", "")


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
