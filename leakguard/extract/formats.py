"""All formats in one table, asked in order: content says what it is, its name never does.

To add a format: write `extract/<format>.py`, and add its row here.
"""

from __future__ import annotations

from leakguard.extract.archives.zip import is_zip, read_zip
from leakguard.extract.blob import Blob, Format
from leakguard.extract.mail.mail import is_mail, read_mail
from leakguard.extract.office.office import is_office, read_office
from leakguard.extract.pdf.pdf import is_pdf, read_pdf
from leakguard.extract.pictures.picture import is_picture, read_picture
from leakguard.extract.text.html import is_html, read_html
from leakguard.extract.text.table import is_table, read_table
from leakguard.extract.text.text import is_text, read_text
from leakguard.extract.unread import is_unread, read_unread

FORMATS: tuple[Format, ...] = (
    Format(name="pdf", recognises=is_pdf, read=read_pdf, last=False),
    Format(name="picture", recognises=is_picture, read=read_picture, last=False),
    Format(name="office", recognises=is_office, read=read_office),
    Format(name="zip", recognises=is_zip, read=read_zip),
    Format(name="unread", recognises=is_unread, read=read_unread, alone=True),
    Format(name="mail", recognises=is_mail, read=read_mail, alone=True),
    Format(name="html", recognises=is_html, read=read_html, alone=True),
    Format(name="table", recognises=is_table, read=read_table, alone=True),
    Format(name="text", recognises=is_text, read=read_text, alone=True),
)


def formats_of(blob: Blob) -> list[Format]:
    """Every format that should read this; a file that is two things is read as both."""
    found: list[Format] = []
    for each in FORMATS:
        if not (each.alone and found) and each.recognises(blob):
            found.append(each)
            if each.last:
                break
    return found
