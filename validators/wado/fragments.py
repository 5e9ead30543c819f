"""Encapsulated pixel data: the fragments and where the frames start (PS3.5 A.4)."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from validators.reading import limits
from validators.wado.instance import UNDEFINED, Instance

ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"


@dataclass(slots=True)
class Fragments:
    """Fragments by offset and length in the part, and the offset table as it is.

    ``problem`` is what was due and what is there, at ``at``; ``limit`` what ended the reading.
    """

    table: tuple[int, ...] = ()
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    lengths: array[int] = field(default_factory=lambda: array("Q"))
    problem: tuple[str, str | None] | None = None
    at: int = 0
    limit: str = ""

    @property
    def count(self) -> int:
        return len(self.offsets)

    def frames(self, due: int) -> int:
        """How many frames there are, of as many as are due.

        The offset table tells; without it a frame may have any number of fragments, from one on.
        """
        return len(self.table) or min(due, self.count)

    def starts(self, due: int) -> list[tuple[int, int]]:
        """Offset and length of the first fragment of each frame, where it is known."""
        every = list(zip(self.offsets, self.lengths, strict=True))
        if due == self.count:
            return every
        if not self.table:
            return every[:1]
        first = self.offsets[0] - 8
        wanted = {first + one for one in self.table}
        return [one for one in every if one[0] - 8 in wanted]


def read_fragments(instance: Instance, room: int) -> Fragments:
    """The fragments, as far as they can be followed, at most ``room`` of them."""
    found = Fragments()
    pixels, part = instance.pixels, instance.part
    if pixels is None or pixels.length != UNDEFINED:
        return found
    position, first = pixels.offset, True
    while True:
        head = part.read(position, 8)
        length = int.from_bytes(head[4:8], "little")
        found.at = position
        if head[:4] == END:
            if first:
                found.problem = "(FFFE,E000)", "(FFFE,E0DD)"
            return found
        if head[:4] != ITEM or len(head) < 8:
            found.problem = "(FFFE,E000) (FFFE,E0DD)", head.hex(" ") or None
            return found
        position += 8
        if position + length > part.length:
            found.problem = f"<= {part.length - position}", str(length)
            return found
        if first:
            found.table = _table(part.read(position, min(length, 4 * limits.MAX_FRAGMENTS)))
        elif found.count >= room:
            found.limit = f"MAX_FRAGMENTS {limits.MAX_FRAGMENTS}"
            return found
        else:
            found.offsets.append(position)
            found.lengths.append(length)
        position, first = position + length, False


def _table(raw: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(raw[at : at + 4], "little") for at in range(0, len(raw) - 3, 4))
