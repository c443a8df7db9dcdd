"""What the control words of rich text mean to a reader of words: characters, breaks, and where text goes.

ref: RTF 1.9.1
"""

from __future__ import annotations

from leakguard.extract.text.flow import Break

CHARACTERS = {
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"emspace": "\u2003",
    b"enspace": "\u2002",
    b"qmspace": "\u2005",
    b"bullet": "\u2022",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
    b"zwj": "\u200d",
    b"zwnj": "\u200c",
    b"zwbo": "\u200b",
    b"zwnbo": "\u2060",
}
# The hyphen that shows at a line end only is left out; the one that does not break is a hyphen.
SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"|": "", b":": ""}

BREAKS = {
    b"par": Break.BLOCK,
    b"sect": Break.BLOCK,
    b"page": Break.BLOCK,
    b"column": Break.BLOCK,
    b"line": Break.LINE,
    b"lbr": Break.LINE,
    b"softline": Break.LINE,
    b"tab": Break.CELL,
    b"cell": Break.CELL,
    b"nestcell": Break.CELL,
    b"row": Break.LINE,
    b"nestrow": Break.LINE,
}

# Destinations with a text of their own: what a person would call the place.
PLACES = {
    b"header": "header",
    b"headerl": "header",
    b"headerr": "header",
    b"headerf": "header",
    b"footer": "footer",
    b"footerl": "footer",
    b"footerr": "footer",
    b"footerf": "footer",
    b"footnote": "footnote",
    b"annotation": "comment",
    b"shptxt": "text box",
    b"dptxbxtext": "text box",
    b"formfield": "form field",
    b"title": "property title",
    b"subject": "property subject",
    b"company": "property company",
    b"category": "property category",
    b"keywords": "property keywords",
    b"comment": "property comments",
    b"doccomm": "property comments",
    b"hlinkbase": "property link base",
    b"userprops": "property",
}
NAMES = {
    b"author": "property author",
    b"operator": "property last author",
    b"manager": "property manager",
    b"atnauthor": "author of a comment",
    b"revtbl": "author of a change",
}
# In the bytes and not on the page.
ASIDES = {
    b"bkmkstart": "bookmark",
    b"docvar": "document variable",
    b"xe": "index entry",
    b"rxe": "index entry",
    b"txe": "index entry",
    b"tc": "contents entry",
    b"tcn": "contents entry",
    b"shprslt": "other text",
    b"stylesheet": "style",
}
# Starred destinations whose text is on the page where they stand.
SHOWN = frozenset(
    {b"shppict", b"shp", b"shpinst", b"shpgrp", b"shptop", b"do", b"background", b"moMath", b"moMathPara", b"field"}
    | {b"listtext", b"pntext", b"result", b"fldrslt", b"mr", b"mf", b"mnum", b"mden", b"me", b"msub", b"msup", b"mrad"}
    | {
        b"msSub",
        b"msSup",
        b"msSubSup",
        b"mnary",
        b"mfunc",
        b"mfName",
        b"md",
        b"mm",
        b"meqArr",
        b"mlim",
        b"mdeg",
        b"mmr",
    }
    | {b"macc", b"mbar", b"mbox", b"mborderBox", b"mgroupChr", b"mlimLow", b"mlimUpp", b"mphant", b"msPre", b"object"}
    | {b"pn", b"objattph", b"cs", b"ts", b"ds", b"htmlrtf"}
)
# Nothing that anybody wrote: fonts, colours, numbering, identifiers, settings, and copies of what stands elsewhere.
SKIPPED = frozenset(
    {b"colortbl", b"rsidtbl", b"themedata", b"colorschememapping", b"latentstyles", b"listtable", b"filetbl"}
    | {
        b"listoverridetable",
        b"xmlnstbl",
        b"wgrffmtfilter",
        b"mmathPr",
        b"generator",
        b"fontemb",
        b"fontfile",
        b"panose",
    }
    | {
        b"falt",
        b"fname",
        b"svb",
        b"blipuid",
        b"bkmkend",
        b"ftnsep",
        b"ftnsepc",
        b"ftncn",
        b"aftnsep",
        b"aftnsepc",
        b"aftncn",
    }
    | {b"pgptbl", b"oldcprops", b"oldpprops", b"oldsprops", b"oldtprops", b"pgdsctbl", b"defchp", b"defpap", b"pntxta"}
    | {
        b"pntxtb",
        b"pnseclvl",
        b"leveltext",
        b"levelnumbers",
        b"objclass",
        b"objtime",
        b"atnid",
        b"atnref",
        b"atrfstart",
    }
    | {b"atrfend", b"atndate", b"atnparent", b"atntime", b"nesttableprops", b"mhtmltag", b"fldtype", b"xform"}
    | {b"private", b"password", b"passwordhash", b"writereservhash", b"writereservation", b"datafield", b"protusertbl"}
    | {
        b"nextfile",
        b"ebcend",
        b"ebcstart",
        b"mctrlPr",
        b"mmathPict",
        b"mbegChr",
        b"mendChr",
        b"msepChr",
        b"mchr",
        b"mtype",
    }
    | {b"mnaryPr", b"mdPr", b"mfPr", b"mradPr", b"msSubPr", b"msSupPr", b"msSubSupPr", b"mrPr", b"maccPr", b"mmPr"}
    | {b"mfuncPr", b"margPr", b"mlimLowPr", b"mlimUppPr", b"meqArrPr", b"mbarPr", b"mboxPr", b"moMathParaPr", b"mpos"}
    | {b"mgroupChrPr", b"mphantPr", b"msPrePr", b"mborderBoxPr", b"mmcs", b"mdegHide", b"mlimLoc", b"msubHide"}
    | {b"msupHide", b"mgrow", b"mscr", b"msty", b"mstyle", b"ffname", b"xmlns"}
)
SHAPE_PLACES = {"wzDescription": "alternative text", "gtextUNICODE": "word art", "wzTooltip": "tool tip"}
# Field codes that are drawn as such.
DRAWN_FIELDS = ("EQ ", "QUOTE ", "MACROBUTTON ", "=")

_CHARSETS = {
    0: "cp1252",
    2: "cp1252",  # symbols
    77: "mac_roman",
    78: "shift_jis",
    79: "euc_kr",
    80: "gb2312",
    81: "big5",
    83: "mac_roman",  # Hebrew of the Macintosh, which nobody decodes
    85: "mac_greek",
    86: "mac_turkish",
    88: "mac_latin2",
    89: "mac_cyrillic",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    179: "cp1256",
    180: "cp1256",
    181: "cp1255",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
_PAGES = {
    708: "iso8859_6",
    709: "iso8859_6",
    936: "gbk",
    10000: "mac_roman",
    10001: "shift_jis",
    10002: "big5",
    10003: "euc_kr",
    10006: "mac_greek",
    10007: "mac_cyrillic",
    10008: "gb2312",
    10029: "mac_latin2",
    10081: "mac_turkish",
    1361: "johab",
    20127: "cp1252",
    20866: "koi8_r",
    20932: "euc_jp",
    20936: "gb2312",
    20949: "euc_kr",
    21866: "koi8_u",
    38598: "iso8859_8",
    50220: "iso2022_jp",
    50221: "iso2022_jp",
    50222: "iso2022_jp",
    50225: "iso2022_kr",
    51932: "euc_jp",
    51936: "gb2312",
    51949: "euc_kr",
    52936: "hz",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
}
_SINGLE = frozenset(
    {437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874, 932, 949, 950}
    | set(range(1250, 1259))
)
DOUBLE = frozenset({"cp932", "shift_jis", "cp949", "euc_kr", "johab", "gbk", "gb2312", "gb18030", "cp950", "big5"})


def page_codec(number: int) -> str:
    """The codec of a Windows code page, or ""."""
    if number in _SINGLE:
        return f"cp{number}"
    if 28591 <= number <= 28606 and number != 28602:
        return f"iso8859_{number - 28590}"
    return _PAGES.get(number, "")


def charset_codec(number: int) -> str:
    """The codec of a font's character set, or "" for the document's own."""
    return _CHARSETS.get(number, "")
