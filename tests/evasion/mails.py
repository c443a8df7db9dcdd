"""Disguises by the mail format: the words are whole on the screen and in pieces on the wire.

These give whole messages, one character for each byte.
"""

from __future__ import annotations

import base64
import quopri
import textwrap

from tests.evasion.alphabets import TABLES
from tests.evasion.technique import Given, disguise

EIGHT_BIT = {key: value for key, value in TABLES["cyrillic look-alikes"].items() if value in "аеосрху"}
BEFORE, AFTER = "Ring me, ", ". Lunch at one, Joe"


def shown_as_given(text: str) -> str:
    return text


def message(
    body: str, *, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit", subject: str = "Hello"
) -> str:
    head = f"From: joe@dept.example\nTo: amy@news.example\nSubject: {subject}\nMIME-Version: 1.0\n"
    return f"{head}Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{body}\n".replace("\n", "\r\n")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def quoted_printable_of_every_byte(text: str) -> str:
    """Every byte escaped"""
    return message("".join(f"={ord(letter):02X}" for letter in BEFORE + text + AFTER), encoding="quoted-printable")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def quoted_printable_cut_in_words(text: str) -> str:
    """A soft line break after every third letter"""
    pieces = textwrap.wrap(BEFORE + text + AFTER, 3, drop_whitespace=False)
    return message("=\n".join(piece.replace(" ", "=20") for piece in pieces), encoding="quoted-printable")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def quoted_printable_page_cut_in_words(text: str) -> str:
    """The same in HTML, with tags"""
    page = "".join(f"<b>{letter}</b>" for letter in text)
    coded = quopri.encodestring(f"<p>{BEFORE}{page}{AFTER}</p>".encode()).decode()
    return message(coded, kind="text/html; charset=utf-8", encoding="quoted-printable")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def encoded_subject_cut_in_words(text: str) -> str:
    """A subject of encoded words of four letters each"""
    pieces = textwrap.wrap(text, 4, drop_whitespace=False)
    words = [f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces]
    return message("Lunch at one, Joe", subject="\n ".join(words))


@disguise("mail", Given.MAIL, shown=shown_as_given)
def encoded_subject_in_q(text: str) -> str:
    """Encoded words in the other encoding, every letter escaped"""
    words = [
        f"=?iso-8859-1?q?{''.join(f'={ord(letter):02X}' for letter in piece)}?="
        for piece in textwrap.wrap(text, 9, drop_whitespace=False)
    ]
    return message("Lunch at one, Joe", subject="\n\t".join(words))


@disguise("mail", Given.MAIL, shown=shown_as_given)
def utf_7(text: str) -> str:
    """An encoding that hardly anybody expects"""
    coded = "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"
    return message(BEFORE + coded + AFTER, kind="text/plain; charset=utf-7", encoding="7bit")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def utf_16(text: str) -> str:
    """Two bytes for each letter"""
    body = base64.encodebytes((BEFORE + text + AFTER).encode("utf-16")).decode()
    return message(body, kind="text/plain; charset=utf-16", encoding="base64")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def ebcdic(text: str) -> str:
    """A charset of mainframes"""
    body = base64.encodebytes((BEFORE + text + AFTER).encode("cp037")).decode()
    return message(body, kind="text/plain; charset=cp037", encoding="base64")


@disguise("mail", Given.MAIL, shown=lambda text: text.translate(EIGHT_BIT))
def windows_cyrillic(text: str) -> str:
    """Look-alikes in an eight-bit charset"""
    coded = (BEFORE + text.translate(EIGHT_BIT) + AFTER).encode("cp1251")
    return message(coded.decode("latin-1"), kind="text/plain; charset=windows-1251")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def flowed_and_quoted(text: str) -> str:
    """format=flowed, quoted, a word on each line"""
    return message(
        "\n".join(f"> {word} " for word in (BEFORE + text + AFTER).split()),
        kind="text/plain; charset=utf-8; format=flowed",
    )


@disguise("mail", Given.MAIL, shown=shown_as_given)
def hard_wrap_after_eight_letters(text: str) -> str:
    """Lines of eight letters, words cut without a hyphen"""
    return message("\n".join(textwrap.wrap(text, 8)))


@disguise("mail", Given.MAIL, shown=shown_as_given)
def hyphenated_in_a_narrow_column(text: str) -> str:
    """Lines of eight letters, words cut with a hyphen"""
    cut = [word if len(word) < 9 else f"{word[:7]}-\n{word[7:]}" for word in text.split()]
    return message("\n".join(cut))


@disguise("mail", Given.MAIL, shown=shown_as_given)
def quoted_twice_and_wrapped(text: str) -> str:
    """An answer to an answer: signs of quoting before every word"""
    return message("\n".join(f"> > {word}" for word in text.split()))


@disguise("mail", Given.MAIL, shown=shown_as_given)
def between_dashes_of_a_text_table(text: str) -> str:
    """A table drawn with bars, a word in each cell"""
    return message("+----+\n| " + " | ".join(text.split()) + " |\n+----+")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def a_text_table_downwards(text: str) -> str:
    """A table drawn with bars, a word in each row"""
    return message("+----+\n" + "\n".join(f"| {word} |" for word in text.split()) + "\n+----+")


@disguise("mail", Given.MAIL, shown=shown_as_given)
def subject_and_body_share_the_clause(text: str) -> str:
    """The first word is the subject line, the others are the body"""
    first, rest = text.rsplit(" ", 1) if text.count(" ") == 1 else text.split(" ", 1)
    return message(rest, subject=first)


@disguise("mail", Given.MAIL, not_asked="two halves of one word in two fields: neither is a word", shown=shown_as_given)
def a_word_cut_over_subject_and_body(text: str) -> str:
    """The first half of the first word is the subject line"""
    return message(text[4:], subject=text[:4])


@disguise(
    "mail",
    Given.MAIL,
    not_asked="first letters of lines: any letter of lines would have to be read",
    shown=shown_as_given,
)
def acrostic(text: str) -> str:
    """The first letters of the lines"""
    return message("\n".join(f"{letter}ay be" for letter in text if letter != " "))


@disguise("mail", Given.MAIL, shown=shown_as_given)
def plain_says_nothing_and_page_tells(text: str) -> str:
    """An alternative that only some see"""
    parts = [("plain", "Lunch at one"), ("html", f"<p>{BEFORE}{text}{AFTER}</p>")]
    body = "".join(f"--b\nContent-Type: text/{kind}; charset=utf-8\n\n{content}\n" for kind, content in parts)
    return message(f"{body}--b--", kind='multipart/alternative; boundary="b"')


@disguise("mail", Given.MAIL, shown=shown_as_given)
def unlabelled_latin_page(text: str) -> str:
    """HTML without a charset, letters with accents that a reader hardly sees"""
    return message(f"<html><body>{BEFORE}<b>{text[:3]}</b>{text[3:]}{AFTER}</body></html>", kind="text/html")
