"""HTML as rendered, and what it carries beside the screen. A linear tokenizer: no page may cost more than its size.

Libraries were tried: each hangs, or drops text, on some hostile page (notes: 300,000 unclosed comments).
"""

from __future__ import annotations

import binascii
import html as entities
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes

from leakguard.extract.blob import Blob, Item
from leakguard.extract.limits import Budget
from leakguard.extract.mail.pgp import messages_in, opened_message
from leakguard.extract.mail.transfer import decode_base64
from leakguard.extract.text.charset import decode, looks_like_text, readings, without_nuls
from leakguard.extract.text.flow import Break, Flow
from leakguard.extract.text.inline import decoded_lines
from leakguard.extract.text.unseen import Unseen
from leakguard.model.content import GapKind, Role

_DECLARED = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "text/x-amp-html", "text/watch-html"})
_DOCUMENT = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|svg)\b", re.IGNORECASE)
_FRAGMENT = re.compile(r"<(?:html|head|body|table|div|title|script|p|h1)\b[^>]*>", re.IGNORECASE)

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_TAG_END = re.compile(r"""(?>[^>"']+|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(r"""(?<![^\s=/"'<>])([^\s=/"'<>]++)\s*+=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_VALUE = re.compile(r"""(?<![\w-])value\s*=\s*("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"'>]{1,2000})""", re.IGNORECASE)
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|(?<![\w-])opacity\s*:\s*0(?![.\d]*[1-9])|(?:^|\s)hidden(?:\s|=|$)",
    re.IGNORECASE,
)
_SHOWN_BY_STYLE = re.compile(r"content\s*:\s*[\"']", re.IGNORECASE)
_MAY_HIDE = re.compile(r"style\s*=|hidden", re.IGNORECASE)
_DATA_URI = re.compile(r"""data:([\w.+/-]*)((?:;[^,;"'<>]{0,80}){0,8}),([^"'<>)]*+)""", re.IGNORECASE)
_WHOLE_URI = re.compile(r"\s*data:([\w.+/-]*)((?:;[^,;\"'<>]{0,80}){0,8}),(.*)", re.IGNORECASE | re.DOTALL)
_META_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml[^>]{0,80}?encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_CSS_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_COMMENT_BODY = re.compile(r"\A\[if[^\]]*\]>|<!\[endif\]\Z", re.IGNORECASE)
_SOFT_BREAK = re.compile(rb"=(?<=[^=\s]=)\r?\n(?=[^\s\"'])")
_SLUG = r"/[a-z]{2,}[-_+][a-z0-9]+[-_+][a-z0-9]"  # words in the address of a page
_LINK = re.compile(rf"%[2-7][0-9a-f]|{_SLUG}", re.IGNORECASE)

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div"}
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"head", "header", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "object", "ol", "optgroup", "p"}
    | {"pre", "section", "select", "summary", "table", "tbody", "textarea", "tfoot", "thead", "title", "ul"}
)
_LINES = frozenset({"option", "text", "foreignobject"})
_MOST_ROTATED = 50
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}
_READABLE = frozenset(
    {"alt", "title", "value", "placeholder", "content", "label", "summary", "aria-label", "aria-description"}
    | {"aria-valuetext", "aria-roledescription", "standby", "abbr", "download", "prompt", "data"}
)
_MAY_READ = re.compile(
    r"alt|title|value|placeholder|content|label|summary|aria-|srcdoc|data[:-]|mailto:|%2|standby|abbr|download|prompt"
    rf"|\bon[a-z]+\s*=|{_SLUG}",
    re.IGNORECASE,
)


def is_html(blob: Blob) -> bool:
    if blob.declared in _DECLARED:
        return looks_like_text(without_nuls(blob.data), blob.charset)
    if b"<" not in blob.data[:4096]:
        return False
    head = decode(blob.data[:4096], blob.charset)
    if _DOCUMENT.match(head.removeprefix("\ufeff")):
        return True
    return not blob.declared.startswith("text/") and len(_FRAGMENT.findall(head)) > 1


def read_html(blob: Blob, _budget: Budget) -> Iterator[Item]:
    """What is shown, then what is hidden, for each likely charset."""
    ordinal = 0
    for index, reading in enumerate(sources(blob)):
        page = Page(reading)
        page.read()
        shown = page.shown.text()
        yield from _spans(blob, page, Role.HIDDEN if index else None)
        for declared, payload in page.payloads:
            ordinal += 1
            charset = "utf-8" if declared == "text/html" else ""
            yield blob.inner(ordinal, payload, place=f"inline file {ordinal}", declared=declared, charset=charset)
        if "-----BEGIN PGP MESSAGE" in shown:
            for content in messages_in(shown):
                ordinal += 1
                yield from opened_message(blob, ordinal, content)


def sources(blob: Blob) -> dict[str, None]:
    """The page in each charset that header and page name, and without codes that nobody declared."""
    data = without_nuls(blob.data)
    said = _META_CHARSET.search(data[:4096].replace(b"\0", b""))
    charsets = (blob.charset, said[1].decode("ascii")) if said and said[1].isascii() else (blob.charset,)
    found = dict.fromkeys(text for charset in charsets for text in readings(data, charset))
    if b"=" in data and _SOFT_BREAK.search(data):
        found |= dict.fromkeys(readings(binascii.a2b_qp(data), blob.charset))
    return found


def _spans(blob: Blob, page: Page, role: Role | None) -> Iterator[Item]:
    shown, hidden = page.shown.text(), page.hidden.text()
    aside = (
        (_other_readings(shown, page.rotated) if shown else "", "encoded text"),
        (page.unseen.text(shown), "text without what a style hides"),
        (hidden, "hidden text"),
        (decoded_lines(hidden) if hidden else "", "encoded text"),
    )
    if shown:
        yield blob.span(shown, role=role, quoted=page.shown.quotations())
    for text, place in aside:
        if text:
            yield blob.span(text, role=Role.HIDDEN, place=f"{blob.place}, {place}")
    if page.unseen.is_cut:
        yield blob.gap(GapKind.TOO_MANY, "places that a style may hide")


def _other_readings(shown: str, rotated: list[str]) -> str:
    """Text whose codes were encoded twice, text written from right to left, and what plain text may hide."""
    twice = ""
    if "&" in shown and _ENTITY.search(shown):
        known = set(shown.split("\n"))
        lines = _ENTITY.sub(_entity, shown).split("\n")
        twice = "\n".join(line for line in lines if line not in known)
    return "\n\n".join(text for text in (twice, decoded_lines(shown), *rotated) if text)


class Page:
    """One document while it is read: `shown` and `hidden` grow as the source goes by."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.shown = Flow()
        self.hidden = Flow()
        self.unseen = Unseen()
        self.payloads: list[tuple[str, bytes]] = []
        self.rotated: list[str] = []
        self._plain: set[str] = set()  # attributes that neither hide nor tell anything; pages repeat them
        self._hiding = ""  # the element that hides, and how many of its name are open
        self._hiding_depth = 0
        self._pre = 0
        self._quotes_broken = False
        self._tags_broken = False
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
            return self._declaration(opening)
        self._text("<")
        return opening + 1

    def _declaration(self, opening: int) -> int:
        """`<!DOCTYPE ...>` and what browsers take for comments; the content of CDATA is text."""
        if self.source.startswith("<![CDATA[", opening):
            return opening + 9
        closing = self.source.find(">", opening, opening + 8192)
        if closing < 0:
            return opening + 2
        said = self.source[opening + 2 : closing]
        if said and not said.startswith(("DOCTYPE", "doctype", "[", "xml", "/")):
            self._aside(_ENTITY.sub(_entity, said))
        return closing + 1

    def _comment(self, opening: int) -> int:
        closing = -1 if self._comments_broken else self.source.find("-->", opening + 2)
        if closing < 0:
            self._comments_broken = True
            return opening + 4
        comment = self.source[opening + 4 : closing]
        if comment.startswith("[if !") or not comment.strip():
            return opening + 4 if comment else closing + 3
        self._comment_text(_COMMENT_BODY.sub("", comment))
        return closing + 3

    def _comment_text(self, comment: str) -> None:
        """Outlook shows what other programs take for a comment, so tags in one are tags."""
        if "<" not in comment:
            self._aside(_ENTITY.sub(_entity, comment))
            return
        page = Page(comment)
        page.read()
        self._aside_exactly(page.shown.text())
        self._aside_exactly(page.hidden.text())
        self.payloads += page.payloads

    def _aside_exactly(self, text: str) -> None:
        self.hidden.interrupt(Break.BLOCK)
        self.hidden.write_exactly(text)
        self.hidden.interrupt(Break.BLOCK)

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
        if attributes and attributes not in self._plain:
            self._attributes(attributes)
        self._open(name, attributes)
        if name == "input" and (value := _VALUE.search(attributes)) and not self._hiding:
            self.unseen.field(_ENTITY.sub(_entity, value[1].strip("\"'")), self.shown.length)
        if name == "bdo" and "rtl" in attributes and len(self.rotated) < _MOST_ROTATED:
            self._rotate(end)
        return self._raw_text(name, end) if name in _RAW else end

    def _rotate(self, start: int) -> None:
        """Text that a browser shows from its end to its beginning."""
        closing = self.source.find("</", start, start + 20_000)
        text = self.source[start : closing if closing >= 0 else start + 200]
        self.rotated.append(_ENTITY.sub(_entity, _strip_tags(text))[::-1])

    def _tag_end(self, position: int) -> int:
        if not self._quotes_broken:
            match = _TAG_END.match(self.source, position)
            if match is not None:
                return match.end()
            self._quotes_broken = True  # looking for the missing quote again and again would be quadratic
        closing = -1 if self._tags_broken else self.source.find(">", position)
        self._tags_broken = closing < 0
        return closing + 1 if closing >= 0 else position

    def _raw_text(self, name: str, start: int) -> int:
        closing = None if name in self._unclosed else _RAW[name].search(self.source, start)
        if closing is None:
            self._unclosed.add(name)
            return start
        content = self.source[start : closing.start()]
        if name == "style":
            self.unseen.learn(content)
        if name == "script" or _SHOWN_BY_STYLE.search(content):
            self._aside(content)
            if name == "style" and "\\" in content:
                self._aside(_CSS_ESCAPE.sub(_css_character, content))
        elif content.find("/*") >= 0:
            self._aside("\n\n".join(_CSS_COMMENT.findall(content)))
        if "data:" in content:
            self.payloads += data_uris(content)
        return closing.start()

    def _open(self, name: str, attributes: str) -> None:
        if self._hiding:
            self._hiding_depth += name == self._hiding
            self._break(self.hidden, name)
            return
        may_hide = attributes and attributes not in self._plain and name not in _VOID
        if may_hide and not attributes.endswith("/") and _hides(attributes):
            self._hiding, self._hiding_depth = name, 1
            self.hidden.interrupt(Break.BLOCK)
            return
        if name not in _VOID:
            self.unseen.open(name, attributes, self.shown.length)
        self._pre += name == "pre"
        if name == "blockquote":
            self.shown.open_quote()
        self._break(self.shown, name)

    def _close(self, name: str) -> None:
        if not self._hiding:
            self.unseen.close(name, self.shown.length)
            self._pre -= name == "pre" and self._pre > 0
            if name == "blockquote":
                self.shown.close_quote()
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
            if not _hides(attributes) and len(attributes) < 500 and len(self._plain) < 5_000:
                self._plain.add(attributes)
            return
        for name, written in _ATTRIBUTE.findall(attributes):
            self._attribute(name.lower(), _ENTITY.sub(_entity, written.strip("\"'")))

    def _attribute(self, name: str, value: str) -> None:
        if name == "srcdoc":
            self.payloads.append(("text/html", value.encode("utf-8", "replace")))
        elif name in _READABLE or (name.startswith(("data-", "on", "aria-")) and " " in value):
            self._aside(_strip_tags(value))
        elif value.startswith("mailto:") or _LINK.search(value[:4000]):
            self._aside(entities.unescape(unquote(value.removeprefix("mailto:")[:4000])))
        if "data:" in value:
            self.payloads += data_uris(value)


def data_uris(value: str) -> Iterator[tuple[str, bytes]]:
    """(declared type, content) of each `data:` address in a text."""
    whole = _WHOLE_URI.match(value)
    for match in (whole,) if whole is not None else _DATA_URI.finditer(value):
        kind, parameters, content = match[1].lower(), match[2].lower(), match[3]
        if parameters.endswith("base64"):
            yield (
                kind,
                decode_base64(unquote_to_bytes(content) if "%" in content else content.encode("utf-8", "replace")),
            )
        elif content:
            yield kind, unquote_to_bytes(content)


def _css_character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else ""


def _hides(attributes: str) -> bool:
    return _MAY_HIDE.search(attributes) is not None and _HIDES.search(attributes) is not None


def _entity(match: re.Match[str]) -> str:
    return entities.unescape(match[0])


def _strip_tags(text: str) -> str:
    return re.sub(r"<[^<>]*>", " ", text) if "<" in text else text
