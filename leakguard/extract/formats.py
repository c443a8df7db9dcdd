"""All formats in one table, asked in order: content says what it is, its name never does.

To add a format: write `extract/<family>/<format>.py`, and add its row here.
"""

from __future__ import annotations

from leakguard.extract.archives.compressed import is_compressed, read_compressed
from leakguard.extract.archives.libarchive import is_archive, read_archive
from leakguard.extract.archives.tar import is_tar, read_tar
from leakguard.extract.archives.zip import is_zip, read_zip
from leakguard.extract.binary import is_binary, read_binary
from leakguard.extract.blob import Blob, Format
from leakguard.extract.data.dbf import is_dbf, read_dbf
from leakguard.extract.data.statistics import is_statistics, read_statistics
from leakguard.extract.mail.cms import is_cms, read_cms
from leakguard.extract.mail.mail import is_mail, read_mail
from leakguard.extract.mail.mbox import is_mbox, read_mbox
from leakguard.extract.mail.pgp import is_pgp, read_pgp
from leakguard.extract.office.flat import is_flat_office, read_flat_office
from leakguard.extract.office.office import is_office, read_office
from leakguard.extract.old_office.doc import is_word_2, read_word_2
from leakguard.extract.old_office.objects import is_old_office, read_old_office
from leakguard.extract.old_office.xls import is_bare_workbook, read_bare_workbook
from leakguard.extract.outlook.msg import is_msg, read_msg
from leakguard.extract.outlook.tnef import is_tnef, read_tnef
from leakguard.extract.pdf.pdf import is_pdf, read_pdf
from leakguard.extract.pictures.picture import is_picture, read_picture
from leakguard.extract.text.calendar import is_calendar, read_calendar
from leakguard.extract.text.charset import is_plain
from leakguard.extract.text.html import is_html, read_html
from leakguard.extract.text.markup import is_markup, read_markup
from leakguard.extract.text.rtf import is_rtf, read_rtf
from leakguard.extract.text.table import is_table, read_table
from leakguard.extract.text.text import is_text, read_text
from leakguard.extract.unread import is_unread, read_unread

FORMATS: tuple[Format, ...] = (
    Format(name="outlook message", recognises=is_msg, read=read_msg, binary=True),
    Format(name="tnef", recognises=is_tnef, read=read_tnef, binary=True),
    Format(name="rtf", recognises=is_rtf, read=read_rtf, last=False),
    Format(name="old office", recognises=is_old_office, read=read_old_office, binary=True),
    Format(name="pdf", recognises=is_pdf, read=read_pdf, last=False),
    Format(name="picture", recognises=is_picture, read=read_picture, last=False, quiet=True),
    Format(name="office", recognises=is_office, read=read_office, binary=True),
    Format(name="compressed", recognises=is_compressed, read=read_compressed),
    Format(name="tar", recognises=is_tar, read=read_tar, binary=True),
    Format(name="archive", recognises=is_archive, read=read_archive),
    Format(name="statistics", recognises=is_statistics, read=read_statistics),
    Format(name="dBase", recognises=is_dbf, read=read_dbf, binary=True),
    Format(name="zip", recognises=is_zip, read=read_zip, binary=True),
    Format(name="old workbook", recognises=is_bare_workbook, read=read_bare_workbook, alone=True, binary=True),
    Format(name="old document", recognises=is_word_2, read=read_word_2, alone=True, binary=True),
    Format(name="cms", recognises=is_cms, read=read_cms, alone=True, quiet=True),
    Format(name="pgp", recognises=is_pgp, read=read_pgp, alone=True, quiet=True),
    Format(name="unread", recognises=is_unread, read=read_unread, alone=True, quiet=True),
    Format(name="flat office", recognises=is_flat_office, read=read_flat_office, alone=True),
    Format(name="mbox", recognises=is_mbox, read=read_mbox, alone=True, quiet=True),
    Format(name="mail", recognises=is_mail, read=read_mail, alone=True, quiet=True),
    Format(name="calendar", recognises=is_calendar, read=read_calendar, alone=True, quiet=True),
    Format(name="html", recognises=is_html, read=read_html, alone=True, quiet=True),
    Format(name="markup", recognises=is_markup, read=read_markup, alone=True, quiet=True),
    Format(name="table", recognises=is_table, read=read_table, alone=True, quiet=True),
    Format(name="text", recognises=is_text, read=read_text, alone=True, quiet=True),
    Format(name="binary", recognises=is_binary, read=read_binary, alone=True, quiet=True),
)

_IN_PLAIN_TEXT = tuple(each for each in FORMATS if not each.binary)

# What is read again when something else in the message has ended its first reading.
PLAIN = frozenset({"mail", "mbox", "calendar", "html", "markup", "table", "text"})


def formats_of(blob: Blob) -> list[Format]:
    """Every format that should read this; a file that is two things is read as both."""
    found: list[Format] = []
    for each in _IN_PLAIN_TEXT if is_plain(blob.data) else FORMATS:
        if not (each.alone and found) and each.recognises(blob):
            found.append(each)
            if each.last:
                break
    return found
