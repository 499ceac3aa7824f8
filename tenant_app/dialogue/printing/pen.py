"""A pen over a PDF: text in our own letters, tagged for readers, and a few shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.drawing import GraphicsContext, PaintedPath
from fpdf.drawing_primitives import DeviceRGB
from fpdf.enums import PathPaintRule
from fpdf.prefs import ViewerPreferences

from tenant_app.dialogue.rules.prints import MM_PER_POINT, Box, Lines

FONTS = Path(__file__).parents[1] / "fonts"
FAMILY = "opensans"
FACES = {"": "OpenSans-Regular.ttf", "B": "OpenSans-Bold.ttf"}
BASELINE = 1.07  # from the top of a line down to where its letters stand, in sizes

Colour = tuple[int, int, int]
INK: Colour = (26, 35, 48)
MUTED: Colour = (77, 90, 108)
FAINT: Colour = (150, 160, 174)
PALE: Colour = (234, 238, 243)
WHITE: Colour = (255, 255, 255)
THREAD: Colour = (179, 32, 42)
PHASES: tuple[Colour, ...] = ((15, 77, 133), (20, 97, 58), (122, 54, 128))
"""Dark enough for white letters, also where the printer knows no colours."""
Curve = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


class Pen:
    """Draws on one document. All places are millimetres from the upper left corner."""

    def __init__(
        self, width: float, height: float, *, title: str, language: str, made_at: datetime
    ) -> None:
        pdf = FPDF(unit="mm", format=(width, height))
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_title(title)
        pdf.set_author("Rød Tråd")
        pdf.set_creator("Rød Tråd")
        pdf.set_lang(language)
        pdf.set_creation_date(made_at)
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        for style, name in FACES.items():
            pdf.add_font(FAMILY, style, FONTS / name)
        self.pdf = pdf

    def measure(self, text: str, size: float, is_bold: bool) -> float:
        """How many millimetres wide the text is."""
        font = self.pdf.fonts[FAMILY + ("B" if is_bold else "")]
        return float(font.get_text_width(text, size, None)[1]) * MM_PER_POINT

    def page(self) -> None:
        """A new sheet."""
        self.pdf.add_page()

    @contextmanager
    def _tagged(self, tag: str, alt: str | None = None) -> Iterator[None]:
        # fpdf2 tags pictures only; its own two steps are taken here for texts.
        builder = self.pdf.struct_builder
        number = builder.next_mcid_for_page(self.pdf.page)
        self.pdf._add_marked_content(struct_type=f"/{tag}", mcid=number, alt_text=alt)
        self.pdf._out(f"/{tag} <</MCID {number}>> BDC")
        yield
        self.pdf._out("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn here says nothing: a page that is read aloud leaves it out."""
        self.pdf._out("/Artifact BMC")
        yield
        self.pdf._out("EMC")

    def text(
        self,
        x: float,
        y: float,
        fitted: Lines,
        *,
        is_bold: bool = False,
        colour: Colour = INK,
        tag: str = "P",
        width: float | None = None,
        align: str = "left",
    ) -> float:
        """Lines below each other from the height y; where the next text may begin."""
        if not fitted.lines:
            return y
        self.pdf.set_font(FAMILY, "B" if is_bold else "", fitted.size)
        self.pdf.set_text_color(*colour)
        with self._tagged(tag):
            for number, line in enumerate(fitted.lines):
                indent = 0.0
                if width is not None and align != "left":
                    room = width - self.measure(line, fitted.size, is_bold)
                    indent = room if align == "right" else room / 2
                baseline = y + number * fitted.step + fitted.size * MM_PER_POINT * BASELINE
                self.pdf.text(x + indent, baseline, line)
        return y + fitted.height

    def level(self, x: float, y: float, width: float, *, colour: Colour = FAINT) -> None:
        """A dotted line to write on."""
        with self.decoration():
            self.pdf.set_draw_color(*colour)
            self.pdf.set_line_width(0.25)
            self.pdf.set_dash_pattern(dash=0.25, gap=1.1)
            self.pdf.line(x, y, x + width, y)
            self.pdf.set_dash_pattern()

    def cut(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A line to cut along."""
        with self.decoration():
            self.pdf.set_draw_color(*FAINT)
            self.pdf.set_line_width(0.2)
            self.pdf.set_dash_pattern(dash=2.2, gap=1.6)
            self.pdf.line(x1, y1, x2, y2)
            self.pdf.set_dash_pattern()

    def box(
        self,
        box: Box,
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        line_width: float = 0.4,
        radius: float = 0.0,
    ) -> None:
        """A rectangle, with round corners where a radius is given."""
        with self.decoration():
            if fill is not None:
                self.pdf.set_fill_color(*fill)
            if line is not None:
                self.pdf.set_draw_color(*line)
                self.pdf.set_line_width(line_width)
            style = ("D" if line is not None else "") + ("F" if fill is not None else "")
            self.pdf.rect(
                box.x,
                box.y,
                box.width,
                box.height,
                style=style,
                round_corners=bool(radius),
                corner_radius=radius,
            )

    def disc(self, x: float, y: float, radius: float, number: int, colour: Colour) -> None:
        """A filled circle with a number, with a white rim that lifts it off the thread."""
        with self.decoration():
            self.pdf.set_fill_color(*WHITE)
            self.pdf.circle(x, y, radius * 1.14, style="F")
            self.pdf.set_fill_color(*colour)
            self.pdf.circle(x, y, radius, style="F")
        size = radius * 1.15 / MM_PER_POINT
        self.text(
            x - radius,
            y - size * MM_PER_POINT * (BASELINE - 0.357),
            Lines((str(number),), size),
            is_bold=True,
            colour=WHITE,
            tag="Span",
            width=2 * radius,
            align="centre",
        )

    def thread(self, start: tuple[float, float], curves: Sequence[Curve], width: float) -> None:
        """The red thread, from the start along curves."""
        path = PaintedPath()
        path.style.stroke_color = DeviceRGB(*(part / 255 for part in THREAD))
        path.style.stroke_width = width
        path.style.stroke_cap_style = "round"
        path.style.fill_color = None
        path.style.paint_rule = PathPaintRule.STROKE
        path.style.auto_close = False
        path.move_to(*start)
        for curve in curves:
            path.curve_to(*curve[0], *curve[1], *curve[2])
        drawn = GraphicsContext()
        drawn.add_item(path)
        with self.decoration():
            self.pdf.draw_path(drawn)

    def dots(self, box: Box, text: str, *, alt: str) -> None:
        """A QR code of the text, as sharp as the printer is."""
        matrix = segno.make(text, error="m", micro=False).matrix
        dot = box.width / len(matrix)
        self.pdf.set_fill_color(*INK)
        with self._tagged("Figure", alt):
            for y, row in enumerate(matrix):
                x = 0
                while x < len(row):
                    length = 0
                    while x + length < len(row) and row[x + length]:
                        length += 1
                    if length:
                        self.pdf.rect(
                            box.x + x * dot, box.y + y * dot, length * dot, dot * 1.02, style="F"
                        )
                    x += length + 1

    def bytes(self) -> bytes:
        """The document."""
        return bytes(self.pdf.output())
