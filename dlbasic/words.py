"""Long text in paired Markdown: ``<name>.ko.md`` and ``<name>.en.md``, beside what it tells of.

A line ``<!-- part -->`` begins each part; both languages have the same parts with the same slots.
``{>part}`` stands for the text of another part, where several share some sentences.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from dlbasic.text import LANGUAGES, Language, Text

_PART = re.compile(r"^<!-- (\S+) -->$", flags=re.MULTILINE)
_SHARED = re.compile(r"\{>([\w-]+)\}")
# A Korean word keeps its particle where a line ends behind a bracket, a sign or a slot.
_PARTICLE = re.compile(r"(?<=[)%’}$])(?=[가-힣])|(?<=[가-힣]-)(?=[가-힣])")
# A root stays with what is under it, and behind its fraction's line.
_ROOT = re.compile(r"(?<=/)(?=√)|(?<=√)(?=\w)")
_WORD_JOINER = "\u2060"


def _kept_together(text: str) -> str:
    """The text with word joiners where a line must not break."""
    return _ROOT.sub(_WORD_JOINER, _PARTICLE.sub(_WORD_JOINER, text))


class Words:
    """The parts of a pair of Markdown files by name, each as a :class:`~dlbasic.text.Text`.

    ``file`` is the module that the files lie beside, ``name`` theirs, by default the module's.
    Raises ``KeyError`` for a part that there is not.
    """

    def __init__(self, file: str, name: str | None = None) -> None:
        self._base = Path(file).with_name(name or Path(file).stem)

    def __getitem__(self, part: str) -> Text:
        return self.parts[part]

    def __contains__(self, part: str) -> bool:
        return part in self.parts

    @cached_property
    def drawing(self) -> str:
        """The ``drawing.svg`` that lies beside the words, if there is one; it has no words."""
        file = self._base.with_name("drawing.svg")
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @cached_property
    def example(self) -> str:
        """The ``example.py`` that lies beside the words, if there is one."""
        file = self._base.with_name("example.py")
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @cached_property
    def parts(self) -> dict[str, Text]:
        """Every part that either language has.

        Raises ``ValueError`` where one of them lacks it.
        """
        found = {language: self._read(language) for language in LANGUAGES}
        alone = found["ko"].keys() ^ found["en"].keys()
        if alone:
            raise ValueError(f"{self._base}: {', '.join(sorted(alone))} in one language only")
        return {part: Text(ko=text, en=found["en"][part]) for part, text in found["ko"].items()}

    def _read(self, language: Language) -> dict[str, str]:
        text = self._base.with_name(f"{self._base.name}.{language}.md").read_text(encoding="utf-8")
        _, *marked = _PART.split(text)
        parts = {name: body.strip() for name, body in zip(marked[::2], marked[1::2], strict=True)}
        return {
            name: _kept_together(_SHARED.sub(lambda match: parts[match[1]], body))
            for name, body in parts.items()
        }
