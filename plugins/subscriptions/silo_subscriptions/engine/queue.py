"""What is to be compared next. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ASKED = 200
"""Items that are worth asking for one by one; of more, all are."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: of ``items`` (None: of all), with what the server says of ``asked`` (of all where
    that is empty) if it ``asks``. ``force``: what is found is fetched, whatever the settings say."""

    items: frozenset[str] | None
    asks: bool
    asked: tuple[str, ...] = ()
    force: bool = False


class Agenda:
    """Folds any number of reasons to look into one request: it never holds more than a few hundred
    names."""

    def __init__(self) -> None:
        self.force = False
        """Whether the user asked for everything."""
        self._ask: set[str] = set()
        self._ask_all = False
        self._local: set[str] = set()
        self._local_all = False

    def __bool__(self) -> bool:
        return self.asks or self.has_local

    @property
    def asks(self) -> bool:
        """Whether the server is to be asked."""
        return bool(self._ask_all or self._ask)

    @property
    def has_local(self) -> bool:
        """Whether there is something to do without the server."""
        return bool(self._local_all or self._local)

    def add(self, part_number: str | None, *, ask: bool = True, force: bool = False) -> None:
        """Look at an item (None: at all), asking the server about it first."""
        self.force |= force
        names = self._ask if ask else self._local
        if part_number is not None:
            names.add(part_number)
        if part_number is None or len(names) > MOST_ASKED:
            names.clear()
            if ask:
                self._ask_all = True
            else:
                self._local_all = True

    def add_back(self, request: Request) -> None:
        """The server could not be asked."""
        self.force |= request.force
        self._ask_all |= request.asks and not request.asked
        self._ask |= set(request.asked)

    def take(self, *, online: bool) -> Request:
        """The next request. Offline, what is to be asked stays for later."""
        if not online:
            items = None if self._local_all else frozenset(self._local)
            self._local, self._local_all = set(), False
            return Request(items, asks=False)
        asked = () if self._ask_all else tuple(sorted(self._ask))
        is_all = self._ask_all or self._local_all
        request = Request(
            None if is_all else frozenset(self._ask | self._local), self.asks, asked, self.force
        )
        self.__init__()  # type: ignore[misc] # nothing is left
        return request
