"""A stranger's HTML -> HTML in which nothing acts, loads or leaves. By an allow-list; what is unknown loses its tag.

Twice through nh3: the first time makes it regular, so that links and pictures can be rewritten in it; the second time
closes what a cut left open, and keeps nothing that the rewriting could have made. Its output has a grammar that
`is_harmless` checks without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3

from leakguard.preview import styles
from leakguard.preview.characters import untwisted

LONGEST = 400_000  # characters of a page, without its pictures
_LONGEST_PICTURES = 5_000_000
_LONGEST_SOURCE = 1_500_000
_DEEPEST = 100  # elements in elements: parsers, browsers and this machine pay for each level
_DEEPEST_FORMAT = 24  # of those that a parser opens again in each paragraph when they are left open

_FORMATS = frozenset("a b big code em font i s small strike strong tt u".split())
_TAGS = frozenset(
    "abbr address blockquote br caption center cite col colgroup dd del div dl dt h1 h2 h3 h4 h5 h6 hr img ins kbd li"
    " ol p pre q samp span sub sup table tbody td tfoot th thead tr ul var".split()
) | (_FORMATS - {"a"})
_WITH_CONTENT = frozenset(
    "applet audio base canvas embed frame frameset head iframe link map math meta noembed noframes noscript object"
    " option param plaintext script select source style svg template textarea title track video xmp".split()
)
_ATTRIBUTES = {
    "*": {"style", "align", "valign", "bgcolor", "width", "height"},
    "img": {"src", "alt"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "ftp", "file", "cid", "sms", "callto"}
_UNNESTED = frozenset(
    "br col dd dt embed hr img input li link meta option p source tbody td tfoot th thead tr wbr".split()
)

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_LINK = re.compile(r'<a(?: href="([^"]*)")?>|</a>')
_PICTURE = re.compile(r'<img((?: [a-z]+="[^"<>]*")*)>')
_ALT, _SRC = re.compile(r' alt="([^"]*)"'), re.compile(r' src="cid:(\d{1,4})"')
_NAMES = "|".join(sorted(_TAGS, key=len, reverse=True))
_KEPT = "|".join(sorted({name for names in _ATTRIBUTES.values() for name in names} - {"style", "src"}))
_DATA = r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]*={0,2}"
_ONE_TAG = rf'</?(?:{_NAMES})(?: (?:(?:{_KEPT})="[^"<>]*"|style="{styles.STYLE}"|src="{_DATA}"))*>'
_HARMLESS_TAG = re.compile(_ONE_TAG)
_BETWEEN = re.compile(r"[^<]*")

CUT = "The rest of this page is not shown here: it is too long. The text of this part has all of it."


def sanitised(source: str, picture: Callable[[str], str | None]) -> tuple[str, bool]:
    """Harmless HTML, and whether it had to be cut. picture: a data URL for a Content-ID, or None."""
    found: list[str] = []
    wanted: dict[str, str] = {}

    def first(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return _pictured(value, picture, found, wanted)
        if tag == "a" and name == "href":
            return value[:500].replace("<", "‹").replace(">", "›")
        return styles.kept(name, value)

    is_cut = len(source) > _LONGEST_SOURCE
    once = _clean(shallow(source[:_LONGEST_SOURCE]), first, {**_ATTRIBUTES, "a": {"href"}}, _TAGS | {"a"})
    once = _PICTURE.sub(_placeholder, _with_targets(untwisted(once)))
    if len(once) > LONGEST:
        is_cut = True
        once = once[: max(once.rfind("<", 0, LONGEST), 0)]
    twice = _clean(once, _second, _ATTRIBUTES, _TAGS)
    return _with_pictures(twice, found), is_cut


def is_harmless(html: str) -> bool:
    """Whether every `<` begins a tag that is allowed, with attributes that are, and nothing else. Linear."""
    at = 0
    while True:
        text = _BETWEEN.match(html, at)
        assert text is not None, "it matches the empty text"
        at = text.end()
        if at == len(html):
            return True
        tag = _HARMLESS_TAG.match(html, at)
        if tag is None:
            return False
        at = tag.end()


def shallow(source: str) -> str:
    """The same without tags beyond a depth that no person's mail has: parsers are quadratic in it."""
    pieces: list[str] = []
    at, depth, formats, dropped = 0, 0, 0, 0
    for match in _TAG.finditer(source):
        name = match[2].lower()
        if name in _UNNESTED:
            continue
        closes, is_format = bool(match[1]), name in _FORMATS
        if closes and dropped:
            dropped -= 1
        elif closes:
            depth, formats = max(depth - 1, 0), max(formats - is_format, 0)
            continue
        elif depth < _DEEPEST and not (is_format and formats >= _DEEPEST_FORMAT):
            depth, formats = depth + 1, formats + is_format
            continue
        else:
            dropped += 1
        pieces += (source[at : match.start()], "<wbr")
        at = match.end()
    return "".join((*pieces, source[at:])) if pieces else source


def _clean(
    html: str,
    keep: Callable[[str, str, str], str | None],
    attributes: dict[str, set[str]],
    tags: frozenset[str],
) -> str:
    return nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=attributes,
        attribute_filter=keep,
        strip_comments=True,
        link_rel=None,
        url_schemes=_SCHEMES,
    )


def _second(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if value.startswith("cid:") and value[4:].isdecimal() else None
    return styles.kept(name, value)


def _pictured(value: str, picture: Callable[[str], str | None], found: list[str], wanted: dict[str, str]) -> str | None:
    """A number in the place of a picture that came with the mail: its bytes are put in at the end."""
    if not value.lower().startswith("cid:"):
        return None
    key = value[4:].strip("<> ")
    if key not in wanted:
        shown = picture(key)
        if shown is None:
            return None
        wanted[key] = f"cid:{len(found)}"
        found.append(shown)
    return wanted[key]


def _with_targets(html: str) -> str:
    """Links as text, each with its target behind it."""
    open_targets: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        if match[0] != "</a>":
            open_targets.append(match[1] or "")
            return "<u>" if match[1] else "<span>"
        if not open_targets:
            return ""
        target = open_targets.pop()
        return f"</u> <small>[link to {target}]</small>" if target else "</span>"

    return _LINK.sub(replaced, html)


def _placeholder(match: re.Match[str]) -> str:
    if _SRC.search(match[1]):
        return match[0]
    alt = _ALT.search(match[1])
    words = f": {alt[1]}" if alt is not None and alt[1].strip() else ""
    return f"<small>[picture not loaded{words}]</small>"


def _with_pictures(html: str, found: list[str]) -> str:
    """Their bytes, while there is room: a picture that is shown a thousand times is in the page a thousand times."""
    room = _LONGEST_PICTURES

    def shown(match: re.Match[str]) -> str:
        nonlocal room
        number = _SRC.search(match[1])
        url = found[int(number[1])] if number is not None and int(number[1]) < len(found) else ""
        room -= len(url)
        if number is None or not url or room < 0:
            return "<small>[picture not loaded]</small>"
        return match[0].replace(number[0], f' src="{url}"')

    return _PICTURE.sub(shown, html)
