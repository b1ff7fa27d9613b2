"""Names of members that mean harm, and names that collide."""

from __future__ import annotations

import upload_kit as kit
from upload_kit import info, submission

from upload_corpus.case import EVIL, Case


def _named(title: str, name: str, says: str) -> Case:
    return Case(f"name: {title}", lambda: submission((info(name), EVIL)), "fatal", says, name)


NAMES = [
    _named("parent folder", "../0001.png", "leads out of its folder"),
    _named("parent folder, deep", "a/b/../../../etc/cron.d/x", "leads out of its folder"),
    _named("absolute", "/etc/passwd", "absolute path"),
    _named("drive and backslash", "C:\\Windows\\x.png", "drive letter"),
    _named("drive and slash", "C:/Windows/x.png", "drive letter"),
    _named("UNC", "\\\\host\\share\\x.png", "backslash"),
    _named("UNC with slashes", "//host/share/x.png", "absolute path"),
    _named("backslash traversal", "..\\..\\x.png", "backslash"),
    _named("alternate stream", "0001.png:evil", "drive letter or colon"),
    _named("dot folder", "./x.png", "'.' folder"),
    _named("empty folder", "a//x.png", "'.' folder"),
    _named("NUL", "0009.png\0.exe", "control characters"),
    _named("newline", "x\n.png", "control characters"),
    _named("terminal escape", "\x1b[2J\x1b[31mok.png", "control characters"),
    _named("right-to-left override", "gnp\u202egpj.exe", "control characters"),
    _named("zero-width space", "0001\u200b.png", "control characters"),
    _named("300 letters", "a" * 300 + ".png", "over 255 bytes"),
    _named("device CON", "CON.png", "reserves for a device"),
    _named("device in a folder", "a/aux/x.png", "reserves for a device"),
    _named("device LPT1", "lpt1.txt", "reserves for a device"),
    _named("trailing dot", "0001.png.", "ends in a dot or space"),
    _named("trailing space", "0001.png ", "ends in a dot or space"),
    _named("empty", "", "empty name"),
]


def _second(title: str, name: str, other: str, says: str) -> Case:
    def build() -> bytes:
        return submission((info(name), EVIL), (info(other), EVIL))

    return Case(f"collision: {title}", build, "fatal", says, other)


COLLISIONS = [
    _second("twice", "x.png", "x.png", "is there twice"),
    _second("case", "x.png", "X.PNG", "same file as x.png"),
    _second("Unicode form", "\u00e9.png", "e\u0301.png", "same file as"),
    _second("full width", "1.png", "\uff11.png", "same file as 1.png"),
    _second("sharp s", "stra\u00dfe.png", "STRASSE.png", "same file as"),
    Case(
        "collision: two readmes",
        lambda: submission(("README.TXT", kit.README)),
        "fatal",
        "same file as readme.txt",
        "README.TXT",
    ),
]
