"""Elements and attributes of office XML by what they do to text. Local names: prefixes are chosen by the writer."""

from __future__ import annotations

import re

BLOCKS = frozenset(
    {"p", "h", "tbl", "table", "txbxContent", "comment", "threadedComment", "footnote", "endnote", "si", "sp", "title"}
    | {"graphicFrame", "list-item", "note", "annotation", "definedName", "ser", "subject", "description", "keywords"}
    | {"category", "creator", "lastModifiedBy", "Company", "Manager", "lpwstr", "lpstr", "displayName", "text", "cm"}
    | {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "textbox", "Text"}
    | {"CommentEntry", "reply", "oMathPara", "series", "pic", "cxnSp", "data", "navPoint", "pageTarget", "sect"}
)
LINES = frozenset(
    {"br", "cr", "line-break", "div", "tx", "cat", "val", "xVal", "yVal", "dLbl", "pt", "eqArr", "lineBreak"}
)
ROWS = frozenset({"tr", "table-row", "mr"})
CELLS = frozenset({"tc", "table-cell", "covered-table-cell"})
GAPS = frozenset({"tab", "ptab", "v", "s"})
# Numbers of the layout, which would run into the words around them.
NOT_TEXT = frozenset(
    {"posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "col", "colOff", "row", "rowOff"}
    | {"formatCode", "sizeRelH", "sizeRelV", "Anchor", "Row", "Column", "rPh", "binData", "binary-data", "Template"}
    | {"TotalTime", "Pages", "Words", "Characters", "Lines", "Paragraphs", "AppVersion", "DocSecurity", "ScaleCrop"}
    | {"LinksUpToDate", "CharactersWithSpaces", "SharedDoc", "HyperlinksChanged", "Application", "i4", "bool"}
    | {"tableStyleId", "MoveWithCells", "SizeWithCells", "AutoFill", "AutoLine", "TextHAlign", "TextVAlign", "LockText"}
    | {"DefaultSize", "PrintObject", "Val", "Min", "Max", "Inc", "Page", "Dx", "Sel", "SelType", "LCT", "CF"}
    | {"DigestValue", "SignatureValue", "X509Certificate", "initials", "creator-initials", "trace"}
)
ASIDE = frozenset({"instrText", "delInstrText", "f", "Fallback", "ruby-text", "rt"})
DELETES = frozenset({"del", "moveFrom", "delText", "deletion"})
INSERTS = frozenset({"ins", "moveTo"})
NAMES = frozenset({"author", "creator", "lastModifiedBy", "initial-creator", "printed-by", "Author", "LastAuthor"})
TURNING = NOT_TEXT | ASIDE | DELETES | INSERTS | NAMES  # what follows is read otherwise
# Attributes that people see, or see after a click.
SAID = frozenset(
    {"descr", "title", "alt", "tooltip", "prompt", "promptTitle", "error", "errorTitle", "display", "caption"}
    | {"altText", "string", "displayText", "instr", "button-label", "label", "current-value", "string-value", "desc"}
    | {"string-value-if-true", "string-value-if-false", "statusText", "Caption", "dataCaption", "grandTotalCaption"}
)
# Elements whose `val` is text.
VALUED = frozenset({"listEntry", "alias", "tag", "statusText", "helpText", "default", "docVar", "listItem", "filter"})
# Attributes that may be words of people but are not shown.
QUIET = frozenset({"uniqueName", "command", "displayName", "tag", "alias", "author", "textlink", "comment"})
UNREADABLE = frozenset(
    {"style", "typeface", "script", "panose", "Type", "ContentType", "Target", "schemaLocation", "d", "points", "path"}
    | {"formula", "Ignorable", "font-family", "Indices", "Data", "viewBox", "spans", "sqref", "ref", "Requires"}
    | {"enhanced-path", "macro", "ContentTypeId", "dur", "tableStyle", "filterName", "matrix", "spc"}
    | {"family", "eastAsia", "ascii", "hAnsi", "cs", "font", "family-generic", "font-name", "class", "id", "o", "from"}
)
WRITERS = frozenset({"cmAuthor", "author", "person"})
PEOPLE = frozenset({"author", "userName", "displayName"})
# "Text Box 2", "Title Placeholder 1": nobody wrote these.
NAMED_BY_PROGRAMS = frozenset({"cNvPr", "docPr", "cSld", "font", "latentStyles", "lsdException", "style", "cellStyle"})
PROGRAM_NAME = re.compile(r"(?:[^\W\d]+[ :-]){0,4}\d+\Z")
TWO_WORDS = re.compile(r"[^\W\d_]{2}\s+[^\W\d_]{2}")
