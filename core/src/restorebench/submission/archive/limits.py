"""How much an upload may cost."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds on what is read of an upload, whatever its headers claim.

    The defaults hold a few hundred images of 24 megapixels, the size of NTIRE's dehazing sets.

    `zip_bytes`        of the uploaded file
    `directory_bytes`  of its table of contents, the one part that is read before anything is known
    `members`          files and folders in it
    `member_bytes`     of one member, unpacked; an image's own bound follows from its expected size
    `total_bytes`      of all members, unpacked
    `ratio`            unpacked to packed bytes, of members above `ratio_floor` bytes: PNG is packed
                       already, so honest ones hardly shrink
    `pixels`           that an image's header may claim before it counts as an attack
    `chunks`           parts of a PNG file
    `readme_bytes`     of the text
    `name_bytes`       of a member's name
    `findings`         that a report lists
    """

    zip_bytes: int = 16 << 30
    directory_bytes: int = 2 * MIB
    members: int = 10_000
    member_bytes: int = 256 * MIB
    total_bytes: int = 32 << 30
    ratio: float = 100.0
    ratio_floor: int = MIB
    pixels: int = 100_000_000
    chunks: int = 65_536
    readme_bytes: int = 64 << 10
    name_bytes: int = 255
    findings: int = 100

    def image_bytes(self, height: int, width: int) -> int:
        """What an RGB PNG of that size may take: its raw bytes, a tenth more, and a MiB."""
        raw = height * (1 + 3 * width)
        return min(self.member_bytes, raw + raw // 10 + MIB)
