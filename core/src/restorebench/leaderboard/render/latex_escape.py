"""Escapes text for pdflatex; characters that its fonts lack are written as code points."""

from __future__ import annotations

import re
import unicodedata

from restorebench.console import composed
from restorebench.leaderboard.format import one_line


def _table(keys: str, commands: str) -> dict[str, str]:
    """One command per character, in their order."""
    return dict(zip(keys, commands.split(), strict=True))


_SIGNS = _table(
    '{}$&#%_\\^~<>|"`–—…†‡€\N{WORD JOINER}\N{NO-BREAK SPACE}\N{THIN SPACE}',
    r"\{ \} \$ \& \# \% \_ \textbackslash{} \textasciicircum{} \textasciitilde{} \textless{} "
    r"\textgreater{} \textbar{} \textquotedbl{} \textasciigrave{} -- --- \ldots{} \dag{} \ddag{} "
    r"\texteuro{} {} ~ \,",
)
_MATHS = _table(
    "−×±·∞≈≤≥≠√★☆↑↓→←ΓΔΘΛΞΠΣΥΦΨΩαβγδεζηθικλμνξπρςστυφχψω",
    r"- \times \pm \cdot \infty \approx \leq \geq \neq \surd \star \star \uparrow "
    r"\downarrow \rightarrow \leftarrow \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma "
    r"\Upsilon \Phi \Psi \Omega \alpha \beta \gamma \delta \varepsilon \zeta \eta \theta "
    r"\iota \kappa \lambda \mu \nu \xi \pi \rho \varsigma \sigma \tau \upsilon \varphi "
    r"\chi \psi \omega",
)
_LOOKS_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
_ACCENTS = _table(
    "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328",
    "` ' ^ ~ = u . \" r H v d c k",
)
"""Combining marks and the commands of their accents."""
_LIGATURES = re.compile(r"-(?=-)|,(?=,)|'(?=')")
"""What would be set as a dash or a quotation mark."""
_UNSET = frozenset("ĦħĿŀĸŉŦŧſ")
"""Letters of the first Latin blocks that the T1 encoding lacks."""
_LONG = re.compile(r"\S{25,}")
_BREAKS = re.compile(r"(?<=[/.:])|(?<=\\_)|(?<=-)")


def escape(value: str) -> str:
    """One line of text for pdflatex with T1 fonts.

    Letters with accents keep the ones that T1 can set; a character without any form is written as
    its code point, ``U+4E2D``.
    """
    line = composed(one_line(value))
    return "".join(map(_set, _LIGATURES.sub("\\g<0>\N{WORD JOINER}", line)))


def escape_note(value: str) -> str:
    """The same for running text: long paths and addresses may be broken after a slash or a dot."""
    words = (escape(word) for word in one_line(value).split(" "))
    return " ".join(
        _BREAKS.sub(r"\\allowbreak{}", word) if _LONG.fullmatch(word) else word for word in words
    )


def _set(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if character in _MATHS:
        return f"${_MATHS[character]}$"
    if character.isascii() or _in_t1(character):
        return character
    if character in _LOOKS_LATIN:
        return f"$\\mathrm{{{_LOOKS_LATIN[character]}}}$"
    code = f"\\texttt{{U+{ord(character):04X}}}"
    return _accented(character) or _alike(character) or code


def _in_t1(character: str) -> bool:
    latin = "\u00c0" <= character <= "\u017f" or character in "¡£§©«®°»¿“”‘’„"
    return latin and character not in _UNSET


def _accented(character: str) -> str:
    """A letter with the first accent that LaTeX knows."""
    base, *marks = list(unicodedata.normalize("NFD", character))
    if not base.isascii() or not base.isalpha():
        return ""
    known = next((_ACCENTS[mark] for mark in marks if mark in _ACCENTS), None)
    return base if known is None else f"\\{known}{{{base}}}"


def _alike(character: str) -> str:
    """A compatible form, such as of full-width letters."""
    plain = unicodedata.normalize("NFKC", character)
    return "" if plain == character else "".join(map(_set, plain))
