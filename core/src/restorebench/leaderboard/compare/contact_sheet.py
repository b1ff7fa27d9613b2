"""A contact sheet: input, A, B and target side by side, each with the part that differs most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from restorebench.leaderboard.compare.comparison import Comparison, ImagePair
from restorebench.leaderboard.compare.images import ImageLoader, PairImages
from restorebench.leaderboard.format import format_difference, format_number, one_line
from restorebench.types import Pixels

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

CELL = 300
"""Width of an image on the sheet, in pixels."""
GAP = 8
_WIDTH = 4 * CELL + 3 * GAP
BETWEEN = 3
"""Pixels between two views of an image."""
ZOOM = 6
"""The magnified part is so many times narrower than the image."""
INK, GREY, PAPER, FRAME = (24, 24, 27), (113, 113, 122), (255, 255, 255), (220, 38, 38)
SIZE = 15
CAPTION_COLUMNS = 3
"""Scores in a caption: the ranking one and the next two."""

_DRAWN = str.maketrans({"−": "-", "∞": "inf"})
"""Signs that Pillow's own font lacks."""
Frame: TypeAlias = tuple[int, int, int, int, int]
"""View, top, left, height and width of the magnified part."""


def contact_sheet(found: Comparison, loader: ImageLoader, count: int = 3) -> Pixels:
    """The worst and the best images for B as one image, ``(3, H, W)``.

    Raises `StoreError` where an image is missing.
    """
    worst, best = found.extremes(count)
    parts = [_heads(found)]
    for title, images in (("worst for", worst), ("best for", best)):
        if images:
            parts.append(_line(f"{title} B, {found.b}", SIZE + 5, INK))
        for image in images:
            parts.append(_block(_caption(found, image), loader.load(found, image)))
    height = sum(part.height + 2 * GAP for part in parts)
    sheet = Image.new("RGB", (_WIDTH + 2 * GAP, height), PAPER)
    top = GAP
    for part in parts:
        sheet.paste(part, (GAP, top))
        top += part.height + 2 * GAP
    return np.ascontiguousarray(np.asarray(sheet).transpose(2, 0, 1))


def _heads(found: Comparison) -> Image.Image:
    """Which data set, and the names of the four columns of images."""
    about = f"{found.dataset} · {found.split}, protocol {found.protocol}"
    title = _line(f"{about}: B − A, {len(found.images)} images", SIZE, GREY)
    head = Image.new("RGB", (_WIDTH, title.height + 2 * SIZE + GAP), PAPER)
    head.paste(title, (0, 0))
    for n, name in enumerate(("input", f"A  {found.a}", f"B  {found.b}", "target")):
        cell = _line(name, SIZE + 2, INK, CELL)
        head.paste(cell, (n * (CELL + GAP), title.height + GAP))
    return head


def _line(words: str, size: int, colour: tuple[int, int, int], width: int = 0) -> Image.Image:
    """Text on paper, cut where it is too wide."""
    font = ImageFont.load_default(size)
    line = Image.new("RGB", (width or _WIDTH, round(size * 1.6)), PAPER)
    fitted = _fitted(one_line(words).translate(_DRAWN), font, line.width)
    ImageDraw.Draw(line).text((0, size // 6), fitted, colour, font)
    return line


def _fitted(words: str, font: Font, width: int) -> str:
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words + "…") > width:
        words = words[:-1]
    return words + "…"


def _caption(found: Comparison, image: ImagePair) -> str:
    """The sample and its scores: ``PSNR 20.31 to 21.04 (+0.73)``."""
    parts = [image.sample]
    for column in (d.column for d in found.columns[:CAPTION_COLUMNS]):
        if (less := image.difference.get(column.name)) is not None:
            a, b = (format_number(s[column.name], column.digits) for s in (image.a, image.b))
            change = format_difference(less, column.digits)
            parts.append(f"{column.title} {a} to {b} ({change})")
    return " · ".join(parts)


def _block(text: str, images: PairImages) -> Image.Image:
    """A line of text, and images whole and magnified."""
    height, width = images.a.shape[2:]
    window = (max(1, round(height / ZOOM)), max(1, round(width / ZOOM)))
    view, top, left = images.where(window)
    frame = (view, top, left, *window)
    rows = [
        _row([_whole(p, frame) for p in images.images]),
        _row([_part(p, frame) for p in images.images]),
    ]
    caption = _line(text, SIZE, INK)
    sheet = Image.new("RGB", (_WIDTH, caption.height + sum(r.height for r in rows) + GAP), PAPER)
    sheet.paste(caption, (0, 0))
    sheet.paste(rows[0], (0, caption.height))
    sheet.paste(rows[1], (0, caption.height + rows[0].height + GAP))
    return sheet


def _row(cells: Sequence[Image.Image | None]) -> Image.Image:
    height = max(cell.height for cell in cells if cell)
    row = Image.new("RGB", (_WIDTH, height), PAPER)
    for n, cell in enumerate(cells):
        row.paste(cell or _nothing(height), (n * (CELL + GAP), 0))
    return row


def _nothing(height: int) -> Image.Image:
    cell = Image.new("RGB", (CELL, height), (244, 244, 245))
    ImageDraw.Draw(cell).text((GAP, GAP), "none", GREY, ImageFont.load_default(SIZE))
    return cell


def _whole(pixels: Pixels | None, frame: Frame) -> Image.Image | None:
    """All views, one above the other, with the frame of the part."""
    if pixels is None:
        return None
    views = [_scaled(_image(view), Image.Resampling.LANCZOS) for view in pixels]
    _outline(views[frame[0]], frame, CELL / pixels.shape[3])
    step = views[0].height + BETWEEN
    cell = Image.new("RGB", (CELL, step * len(views) - BETWEEN), PAPER)
    for n, view in enumerate(views):
        cell.paste(view, (0, n * step))
    return cell


def _outline(view: Image.Image, frame: Frame, scale: float) -> None:
    _, top, left, height, width = frame
    corners = [round(v * scale) for v in (left, top, left + width, top + height)]
    ImageDraw.Draw(view).rectangle(corners, outline=FRAME, width=2)


def _part(pixels: Pixels | None, frame: Frame) -> Image.Image | None:
    if pixels is None:
        return None
    view, top, left, height, width = frame
    part = pixels[view, :, top : top + height, left : left + width]
    return _scaled(_image(part), Image.Resampling.NEAREST)


def _image(view: Pixels) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(view.transpose(1, 2, 0)))


def _scaled(image: Image.Image, filter_: Image.Resampling) -> Image.Image:
    height = max(1, round(image.height * CELL / image.width))
    return image.resize((CELL, height), filter_)
