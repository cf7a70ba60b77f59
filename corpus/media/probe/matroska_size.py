"""The size that a Matroska file states for its segment, to recognise a truncated file."""

from pathlib import Path

EBML, SEGMENT = b"\x1aE\xdf\xa3", b"\x18S\x80g"


def holds_its_segment(path: Path) -> bool:
    """Return whether a file is as long as its Matroska segment; true for other files and for an unknown size.

    Source: RFC 8794, 4.4 (element data size) and RFC 9559, 4.5 (the segment follows the EBML header).
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != EBML or (header := _data_size(file.read(8))) is None:
            return True
        length, value = header
        start = 4 + length + value
        file.seek(start)
        if file.read(4) != SEGMENT or (segment := _data_size(file.read(8))) is None:
            return True
        length, value = segment
        return start + 4 + length + value <= size


def _data_size(head: bytes) -> tuple[int, int] | None:
    """Return the octets of a data size and its value; None if it is unknown (all bits are ones) or missing."""
    if not head or not head[0]:
        return None
    length = 9 - head[0].bit_length()
    value = int.from_bytes(head[:length], "big") & ((1 << 7 * length) - 1)
    return None if value == (1 << 7 * length) - 1 or len(head) < length else (length, value)
