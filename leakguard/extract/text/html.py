"""HTML as rendered, and what it carries beside the screen. A linear tokenizer: no page may cost more than its size.

Libraries were tried: each hangs, or drops text, on some hostile page (notes: 300,000 unclosed comments).
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.transfer import decode_base64
from leakguard.extract.text.charset import decode, looks_like_text, readings
from leakguard.extract.text.flow import Break, Flow
from leakguard.model.content import Role

_DECLARED = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml"})
_DOCUMENT = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|svg)\b", re.IGNORECASE)
_FRAGMENT = re.compile(r"<(?:html|head|body|table|div|title|script|p|h1)\b[^>]*>", re.IGNORECASE)

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_TAG_END = re.compile(r"""(?>[^>"']+|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(r"""(?<![^\s=/"'<>])([^\s=/"'<>]++)\s*+=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|(?<![\w-])opacity\s*:\s*0(?![.\d]*[1-9])|(?:^|\s)hidden(?:\s|=|$)",
    re.IGNORECASE,
)
_SHOWN_BY_STYLE = re.compile(r"content\s*:\s*[\"']", re.IGNORECASE)
_MAY_HIDE = re.compile(r"style\s*=|hidden", re.IGNORECASE)
_DATA_URI = re.compile(r"data:([\w.+/-]*)[^,]{0,200};base64,([A-Za-z0-9+/=%\s]+)")

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div"}
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"head", "header", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "object", "ol", "optgroup", "p"}
    | {"pre", "section", "select", "summary", "table", "tbody", "textarea", "tfoot", "thead", "title", "ul"}
)
_LINES = frozenset({"option", "text", "foreignobject"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}
_READABLE = frozenset(
    {"alt", "title", "value", "placeholder", "content", "label", "summary", "aria-label", "aria-description", "srcdoc"}
)
_MAY_READ = re.compile(r"alt|title|value|placeholder|content|label|summary|aria-|srcdoc|data:|mailto:", re.IGNORECASE)


def is_html(blob: Blob) -> bool:
    if blob.declared in _DECLARED:
        return looks_like_text(blob.data)
    if b"<" not in blob.data[:4096]:
        return False
    head = decode(blob.data[:4096], blob.charset)
    if _DOCUMENT.match(head.removeprefix("\ufeff")):
        return True
    return not blob.declared.startswith("text/") and len(_FRAGMENT.findall(head)) > 1


def read_html(blob: Blob, _budget: Budget) -> Iterator[Item]:
    """What is shown, then what is hidden, for each likely charset."""
    for index, reading in enumerate(readings(blob.data, blob.charset)):
        page = Page(reading)
        page.read()
        shown, hidden = page.shown.text(), page.hidden.text()
        if shown:
            yield blob.span(shown, role=Role.HIDDEN if index else None)
        if hidden:
            yield blob.span(hidden, role=Role.HIDDEN, place=f"{blob.place}, hidden text")
        if not index:
            for ordinal, (declared, payload) in enumerate(page.payloads, 1):
                yield blob.inner(ordinal, payload, place=f"inline file {ordinal}", declared=declared)


class Page:
    """One document while it is read: `shown` and `hidden` grow as the source goes by."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.shown = Flow()
        self.hidden = Flow()
        self.payloads: list[tuple[str, bytes]] = []
        self._hiding = ""  # the element that hides, and how many of its name are open
        self._hiding_depth = 0
        self._pre = 0
        self._quotes_broken = False
        self._comments_broken = False
        self._unclosed: set[str] = set()

    def read(self) -> None:
        source, position, size = self.source, 0, len(self.source)
        while position < size:
            opening = source.find("<", position)
            if opening < 0:
                opening = size
            if opening > position:
                self._text(source[position:opening])
            position = self._markup(opening) if opening < size else size

    def _text(self, raw: str) -> None:
        text = _ENTITY.sub(_entity, raw) if "&" in raw else raw
        flow = self.hidden if self._hiding else self.shown
        if self._pre and not self._hiding:
            flow.write_exactly(text.replace("\r\n", "\n"))
        else:
            flow.write(text)

    def _markup(self, opening: int) -> int:
        """Read the tag or comment at `opening`; the position behind it."""
        tag = _TAG.match(self.source, opening)
        if tag is not None:
            return self._tag(tag)
        if self.source.startswith("<!--", opening):
            return self._comment(opening)
        if self.source.startswith(("<!", "<?", "</"), opening):
            closing = self.source.find(">", opening, opening + 4096)
            return closing + 1 if closing >= 0 else opening + 2
        self._text("<")
        return opening + 1

    def _comment(self, opening: int) -> int:
        closing = -1 if self._comments_broken else self.source.find("-->", opening + 2)
        if closing < 0:
            self._comments_broken = True
            return opening + 4
        comment = self.source[opening + 4 : closing]
        if comment.startswith("[if !") or not comment.strip():
            return opening + 4 if comment else closing + 3
        inner = _ENTITY.sub(_entity, _strip_tags(comment))
        self._aside(inner)
        return closing + 3

    def _aside(self, text: str) -> None:
        self.hidden.interrupt(Break.BLOCK)
        self.hidden.write(text)
        self.hidden.interrupt(Break.BLOCK)

    def _tag(self, tag: re.Match[str]) -> int:
        name = tag[2].lower()
        end = self._tag_end(tag.end())
        if tag[1]:
            self._close(name)
            return end
        attributes = self.source[tag.end() : end - 1]
        if attributes:
            self._attributes(attributes)
        self._open(name, attributes)
        return self._raw_text(name, end) if name in _RAW else end

    def _tag_end(self, position: int) -> int:
        if not self._quotes_broken:
            match = _TAG_END.match(self.source, position)
            if match is not None:
                return match.end()
            self._quotes_broken = True  # looking for the missing quote again and again would be quadratic
        closing = self.source.find(">", position)
        return closing + 1 if closing >= 0 else position

    def _raw_text(self, name: str, start: int) -> int:
        closing = None if name in self._unclosed else _RAW[name].search(self.source, start)
        if closing is None:
            self._unclosed.add(name)
            return start
        content = self.source[start : closing.start()]
        if name == "script" or _SHOWN_BY_STYLE.search(content):
            self._aside(content)
        return closing.start()

    def _open(self, name: str, attributes: str) -> None:
        if self._hiding:
            self._hiding_depth += name == self._hiding
            self._break(self.hidden, name)
            return
        if attributes and name not in _VOID and not attributes.endswith("/") and _hides(attributes):
            self._hiding, self._hiding_depth = name, 1
            self.hidden.interrupt(Break.BLOCK)
            return
        self._pre += name == "pre"
        self._break(self.shown, name)

    def _close(self, name: str) -> None:
        if not self._hiding:
            self._pre -= name == "pre" and self._pre > 0
            self._break_after(self.shown, name)
            return
        self._break_after(self.hidden, name)
        self._hiding_depth -= name == self._hiding
        if not self._hiding_depth:
            self._hiding = ""
            self.hidden.interrupt(Break.BLOCK)
            self._break_after(self.shown, name)

    @staticmethod
    def _break(flow: Flow, name: str) -> None:
        if name == "br":
            flow.new_line()
        elif name in ("td", "th"):
            flow.open_cell()
        elif name == "tr" or name in _LINES:
            flow.interrupt(Break.LINE)
        elif name in _BLOCKS:
            flow.interrupt(Break.BLOCK)

    @staticmethod
    def _break_after(flow: Flow, name: str) -> None:
        if name in ("td", "th"):
            flow.close_cell()
        elif name == "tr":
            flow.close_row()
        elif name in _LINES:
            flow.interrupt(Break.LINE)
        elif name in _BLOCKS:
            flow.interrupt(Break.BLOCK)

    def _attributes(self, attributes: str) -> None:
        if not _MAY_READ.search(attributes):
            return
        for name, written in _ATTRIBUTE.findall(attributes):
            value = _ENTITY.sub(_entity, written.strip("\"'"))
            if name.lower() in _READABLE:
                self._aside(_strip_tags(value))
            elif value.startswith("mailto:"):
                self._aside(entities.unescape(value[7:][:4000].replace("%20", " ")))
            elif "data:" in value:
                self.payloads.extend((kind, decode_base64(content.encode())) for kind, content in _payloads(value))


def _payloads(value: str) -> list[tuple[str, str]]:
    return _DATA_URI.findall(value)


def _hides(attributes: str) -> bool:
    return _MAY_HIDE.search(attributes) is not None and _HIDES.search(attributes) is not None


def _entity(match: re.Match[str]) -> str:
    return entities.unescape(match[0])


def _strip_tags(text: str) -> str:
    return re.sub(r"<[^<>]*>", " ", text) if "<" in text else text
