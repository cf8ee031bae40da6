"""A parsed HTML page as elements and texts; selectolax (Lexbor) parses as browsers do.

article.py takes from a tree what is worth reading, markdown.py writes it down. Comments are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

_TEXT = "-text"
_NOT_CONTENT = ("-comment", "-doctype")


@dataclass(frozen=True, slots=True)
class Element:
    """A tag in capitals, its attributes (without value: empty), what stands in it."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Element | str, ...] = ()

    @property
    def text(self) -> str:
        """All text in it; a line break is one, too."""
        if self.tag == "BR":
            return "\n"
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def elements(self) -> Iterator[Element]:
        """It and all elements in it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.elements()

    def find(self, tag: str) -> Element | None:
        """The first such element in it."""
        return next((element for element in self.elements() if element.tag == tag), None)


def parse_html(html: str) -> Element:
    """The whole page, an element HTML."""
    root = LexborHTMLParser(html).root
    return Element("HTML") if root is None else _element(root)


def _element(node: LexborNode) -> Element:
    attributes = {name: value or "" for name, value in node.attributes.items()}
    children = tuple(
        (child.text_content or "") if child.tag == _TEXT else _element(child)
        for child in _children(node)
    )
    return Element((node.tag or "").upper(), attributes, children)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        if child.tag not in _NOT_CONTENT:
            yield child
        child = child.next
