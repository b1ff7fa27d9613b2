"""The images of a split, read one by one: unreadable, of a wrong kind or size, or the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from restorebench.data.check.exchange import exchanged
from restorebench.data.check.file_reader import FileReader
from restorebench.data.check.finding import Finding
from restorebench.data.check.image_facts import ImageFacts
from restorebench.data.check.sizes import advice, odd_one, shown
from restorebench.data.check.split_names import SplitNames
from restorebench.data.layouts.scene_files import SceneFiles


class ImageCheck:
    """What is wrong with the pixels of a split; nothing stops at the first problem.

    `seen` maps a field and the hash of pixels to the first file that has them; splits that share it
    are compared with one another.
    """

    def __init__(self, names: SplitNames, seen: dict[tuple[str, bytes], str]) -> None:
        self.names, self.seen = names, seen
        self.reader = FileReader(names)
        self.findings = self.reader.findings
        self._facts: dict[Path, ImageFacts | None] = {}
        self._pairs: list[tuple[ImageFacts, ImageFacts]] = []

    def __len__(self) -> int:
        """How many files are read."""
        return len({path for scene in self.names.scenes for path in _files(scene)})

    def read(self) -> Iterator[str]:
        """Read all files, and give the name of each when it is done."""
        for scene in self.names.scenes:
            for field in ("degraded", "target"):
                for path in getattr(scene, field):
                    if path not in self._facts:
                        self._facts[path] = self._read(path, field)
                        yield self.names.relative(path)
            self._compare(scene)
            facts = self._facts[scene.degraded[0]]
            for path in (scene.mask, scene.depth):
                if path is not None:
                    if facts is not None:
                        self.reader.check_map(scene, path, facts.size)
                    yield self.names.relative(path)
        self._note_odd_size()
        if self._pairs:
            places = self._place("degraded"), self._place("target")
            found = exchanged(self._pairs, self.names.layout.degraded_is, places)
            self.findings += [found] if found else []

    def _note_odd_size(self) -> None:
        """One pair of another size than all others, where the layout states none."""
        firsts = (scene.degraded[0] for scene in self.names.scenes)
        sizes = {path: found.size for path in firsts if (found := self._facts[path]) is not None}
        if self.names.layout.size is None and (odd := odd_one(sizes)) is not None:
            path, size = odd
            what = f"is {shown(sizes[path])}, but all others are {shown(size)}"
            file = self.names.relative(path)
            self.findings.append(Finding("size", file, what, advice(sizes[path], size), note=True))

    def _place(self, field: str) -> str:
        """The folder of a field's images; empty if each scene has its own, or there is only one."""
        folder = self.names.pattern(field).text.rpartition("/")[0]
        return "" if "{" in folder else folder

    def _add(self, kind: str, path: Path, what: str, remedy: str) -> None:
        self.findings.append(Finding(kind, self.names.relative(path), what, remedy))

    def _read(self, path: Path, field: str) -> ImageFacts | None:
        pixels = self.reader.pixels(path, field)
        if pixels is None:
            return None
        facts = ImageFacts.of(pixels)
        first = self.seen.setdefault((field, facts.pixels), where := self._where(path))
        if first != where:
            what = f"is the same image as {first}, pixel for pixel"
            self._add("duplicate", path, what, "one of the two is a wrong copy, or is there twice")
        self._check_stated(path, field, facts)
        return facts

    def _where(self, path: Path) -> str:
        return f"{self.names.relative(path)} ({self.names.name})"

    def _check_stated(self, path: Path, field: str, facts: ImageFacts) -> None:
        layout = self.names.layout
        if layout.size is None:
            return
        width, height = layout.size
        scale = (layout.scale or 1) if field == "degraded" else 1
        expected = (width // scale, height // scale)
        if facts.size != expected:
            what = f"is {shown(facts.size)}, but images of {layout.name} are {shown(expected)}"
            self._add("size", path, what, advice(facts.size, expected))

    def _compare(self, scene: SceneFiles) -> None:
        """The images of a scene with one another."""
        degraded = [self._facts[path] for path in scene.degraded]
        targets = [self._facts[path] for path in scene.target]
        for paths, facts in ((scene.degraded, degraded), (scene.target, targets)):
            self._compare_views(paths, facts)
        for path, low, goal, high in zip(
            scene.degraded, degraded, scene.target, targets, strict=False
        ):
            if low is not None and high is not None:
                self._compare_pair(path, low, goal, high)

    def _compare_views(self, paths: tuple[Path, ...], facts: list[ImageFacts | None]) -> None:
        if len(facts) != 2 or facts[0] is None or facts[1] is None:
            return
        left, other = facts[0], self.names.relative(paths[0])
        if left.pixels == facts[1].pixels:
            what = f"is the same image as its other view {other}"
            self._add("identical", paths[1], what, "get the right view again")
        elif left.size != facts[1].size:
            what = f"is {shown(facts[1].size)}, but its other view {other} {shown(left.size)}"
            self._add("size", paths[1], what, advice(facts[1].size, left.size))

    def _compare_pair(self, path: Path, low: ImageFacts, goal: Path, high: ImageFacts) -> None:
        scale = self.names.layout.scale or max(high.size[0] // low.size[0], 1)
        target, expected = self.names.relative(goal), (low.size[0] * scale, low.size[1] * scale)
        if low.pixels == high.pixels:
            what = f"is the same image as its target {target}, pixel for pixel"
            self._add(
                "identical", path, what, "one of the two is a copy of the other: get it again"
            )
        elif high.size != expected:
            times = f" and should be {scale} times as large" if scale > 1 else ""
            what = f"is {shown(low.size)}, but its target {target} is {shown(high.size)}{times}"
            turned = scale > 1 and low.size == (high.size[0] * scale, high.size[1] * scale)
            remedy = "have the two changed places?" if turned else advice(high.size, expected)
            self._add("size", path, what, remedy)
        else:
            self._pairs.append((low, high))


def _files(scene: SceneFiles) -> tuple[Path, ...]:
    maps = (path for path in (scene.mask, scene.depth) if path is not None)
    return (*scene.degraded, *scene.target, *maps)
