"""Reads enough of a PDF of ours to say what stands on it."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.S)
SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj", re.S)
ESCAPED = re.compile(rb"\\(.)", re.S)
ESCAPES = {b"r": b"\r", b"n": b"\n", b"t": b"\t"}
MEANS = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


@dataclass(frozen=True)
class Pdf:
    """A document, taken apart."""

    raw: bytes
    objects: dict[int, bytes]

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """(width, height) of each page, in points."""
        default = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", self.raw)
        assert default is not None
        return [(float(default[1]), float(default[2]))] * len(self._pages)

    @property
    def _pages(self) -> list[bytes]:
        return [each for each in self.objects.values() if re.search(rb"/Type /Page\b", each)]

    @property
    def texts(self) -> list[str]:
        """What can be read on each page, text by text, one line each."""
        return ["\n".join(self._shown(page)) for page in self._pages]

    @property
    def text(self) -> str:
        """All that can be read, its lines put together."""
        return " ".join("\n".join(self.texts).split())

    def has(self, words: str) -> bool:
        """Whether it can be read there, wherever its lines are broken."""
        return "".join(words.split()) in "".join(self.text.split())

    def tags(self) -> set[str]:
        """What the texts are tagged as."""
        return {each.decode() for each in re.findall(rb"/S /(\w+)\n/Type /StructElem", self.raw)}

    def _stream(self, number: int) -> bytes:
        found = self.objects[number]
        data = found.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
        return zlib.decompress(data) if b"/FlateDecode" in found else data

    def _letters(self) -> dict[bytes, dict[int, str]]:
        """What each number means, font by font."""
        found = {}
        for name, number in re.findall(rb"/F(\d+) (\d+) 0 R", self.raw):
            mapped = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[int(number)])
            assert mapped is not None
            found[name] = {
                int(code, 16): bytes.fromhex(means.decode()).decode("utf-16-be")
                for code, means in MEANS.findall(self._stream(int(mapped[1])))
            }
        return found

    def _shown(self, page: bytes) -> list[str]:
        content = re.search(rb"/Contents (\d+) 0 R", page)
        assert content is not None
        letters, font, lines = self._letters(), b"", []
        for chosen, shown in SHOWN.findall(self._stream(int(content[1]))):
            if chosen:
                font = chosen
                continue
            codes = ESCAPED.sub(lambda each: ESCAPES.get(each[1], each[1]), shown)
            numbers = [codes[n] * 256 + codes[n + 1] for n in range(0, len(codes), 2)]
            lines.append("".join(letters[font][number] for number in numbers))
        return lines


def read(content: bytes) -> Pdf:
    """The document that these bytes are."""
    assert content.startswith(b"%PDF-")
    return Pdf(content, {int(each[1]): each[2] for each in OBJECT.finditer(content)})
