"""Documents: what stands where, when it is not in the running text."""

from __future__ import annotations

import base64

from leakguard.model.content import GapKind, Role
from tests.unit.extract.make import gap_kinds, place_of, read_file, texts, words, zipped

_TYPES = {"[Content_Types].xml": b"<Types/>"}


def _document(body: str, **parts: str) -> bytes:
    xml = f"<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>"
    others = {f"word/{name}.xml": each.encode() for name, each in parts.items()}
    return zipped({**_TYPES, "word/document.xml": xml.encode(), **others})


def _t(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def test_a_text_box_in_the_middle_of_a_word_does_not_part_it() -> None:
    box = f"<w:r><w:pict><w:txbxContent><w:p>{_t('words of a box')}</w:p></w:txbxContent></w:pict></w:r>"
    found = read_file(_document(f"<w:p>{_t('rec')}{box}{_t('ord')}</w:p>"))

    assert texts(found)[0] == "record\n\nwords of a box"
    assert place_of(found, "words of a box") == "attachment, text box"


def test_hidden_words_are_read_with_and_without_them() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>low </w:t></w:r>"
    found = read_file(_document(f"<w:p>{_t('record ')}{hidden}{_t('employment')}</w:p>"))

    assert texts(found, Role.ATTACHMENT) == ["record employment"]
    assert texts(found, Role.HIDDEN) == ["record low employment"]


def test_moved_text_is_read_where_it_is_now() -> None:
    moved = f"<w:moveFrom>{_t('old place')}</w:moveFrom>"
    found = read_file(_document(f"<w:p>{moved}{_t('stays')}</w:p><w:p><w:moveTo>{_t('new place')}</w:moveTo></w:p>"))

    assert texts(found, Role.ATTACHMENT) == ["stays\n\nnew place"]
    assert "old place" in words(found, Role.HIDDEN)


def test_characters_written_as_elements_are_read() -> None:
    body = f"<w:p>{_t('4')}<w:r><w:sym w:font='Symbol' w:char='F025'/></w:r>{_t(' re')}<w:r><w:softHyphen/></w:r>"
    found = read_file(_document(body + f"{_t('cord')}<w:r><w:noBreakHyphen/></w:r>{_t('high')}</w:p>"))

    assert texts(found)[0] == "4% record-high"


def test_equations_are_read_in_a_row() -> None:
    maths = "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
    found = read_file(_document(f"<w:p>{maths}</m:den></m:f></m:oMath></w:p>"))

    assert texts(found)[0] == "x=1/2"


def test_comments_and_notes_have_numbers_and_authors_are_names() -> None:
    comments = (
        f"<w:comments><w:comment w:author='Bob Person'><w:p>{_t('one')}</w:p></w:comment>"
        f"<w:comment w:author='Ann Other'><w:p>{_t('two')}</w:p></w:comment></w:comments>"
    )
    notes = (
        f"<w:footnotes><w:footnote w:type='separator'><w:p/></w:footnote>"
        f"<w:footnote w:id='2'><w:p>{_t('words of a footnote')}</w:p></w:footnote></w:footnotes>"
    )
    found = read_file(_document("<w:p/>", comments=comments, footnotes=notes))

    assert place_of(found, "two") == "attachment, comment 2"
    assert place_of(found, "words of a footnote") == "attachment, footnote 1"
    assert "Bob Person Ann Other" in words(found, Role.NAME)


def test_properties_have_their_names_as_places() -> None:
    core = "<dc:title>words of a title</dc:title><dc:creator>Bob Person</dc:creator>"
    core = f"<cp:coreProperties>{core}</cp:coreProperties>"
    custom = "<Properties><property name='Series'><vt:lpwstr>words of custom</vt:lpwstr></property></Properties>"
    found = read_file(_document("<w:p/>", core=core, custom=custom))

    assert place_of(found, "words of a title") == "attachment, property title"
    assert place_of(found, "words of custom") == "attachment, property series"
    assert words(found, Role.NAME) == "Bob Person"


def test_forms_links_and_bookmarks_are_read() -> None:
    rels = (
        b"<Relationships><Relationship Id='r1' TargetMode='External'"
        b" Target='mailto:a@b.example?subject=words%20of%20a%20subject'/></Relationships>"
    )
    form = "<w:ffData><w:ddList><w:listEntry w:val='Unemployment'/></w:ddList></w:ffData>"
    xml = f"<w:document><w:p>{form}<w:sdt><w:alias w:val='words of a control'/></w:sdt></w:p></w:document>"
    found = read_file(zipped({**_TYPES, "word/document.xml": xml.encode(), "word/_rels/document.xml.rels": rels}))

    assert "Unemployment" in words(found, Role.ATTACHMENT)
    assert "words of a control" in words(found, Role.ATTACHMENT)
    assert "words of a subject" in words(found, Role.HIDDEN)


def test_single_words_in_data_of_peoples_own_making_are_read() -> None:
    found = read_file(_document("<w:p/>", item1="<release xmlns='https://ons.example'><rate value='5.1%'/></release>"))

    assert "5.1%" in words(found, Role.HIDDEN)


def test_xml_in_another_charset_is_read() -> None:
    xml = "<?xml version='1.0' encoding='windows-1251'?><w:document><w:p><w:t>рост</w:t></w:p></w:document>"
    found = read_file(zipped({**_TYPES, "word/document.xml": xml.encode("cp1251")}))

    assert texts(found)[0] == "рост"


def test_a_film_is_a_gap_and_a_control_is_not() -> None:
    members = {
        "word/media/a.mp4": b"\0\0\0\x18ftypmp42" + b"\1" * 99,
        "word/activeX/activeX1.bin": b"\1\2Press here\0\3",
    }
    found = read_file(zipped({**_TYPES, "word/document.xml": b"<document/>", **members}))

    assert gap_kinds(found) == [GapKind.UNSUPPORTED]
    assert "Press here" in words(found, Role.HIDDEN)


def test_a_flat_package_is_read_with_the_files_in_it() -> None:
    inner = base64.b64encode(b"words of a file\n").decode()
    xml = (
        "<?xml version='1.0'?><pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>"
        "<pkg:part pkg:name='/word/document.xml'><pkg:xmlData>"
        f"<w:document><w:p>{_t('rec')}{_t('ord')}</w:p></w:document></pkg:xmlData></pkg:part>"
        f"<pkg:part pkg:name='/word/a.txt'><pkg:binaryData>{inner}</pkg:binaryData></pkg:part></pkg:package>"
    )
    found = read_file(xml.encode())

    assert texts(found)[0] == "record"
    assert place_of(found, "record") == "attachment, paragraph 1"
    assert "words of a file" in words(found)


def test_word_of_2003_is_read() -> None:
    xml = (
        "<?xml version='1.0'?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'>"
        "<o:DocumentProperties><o:Title>words of a title</o:Title><o:Pages>1</o:Pages></o:DocumentProperties>"
        f"<w:body><w:p>{_t('record ')}<aml:annotation w:type='Word.Deletion'><w:r><w:delText>low </w:delText></w:r>"
        f"</aml:annotation>{_t('employment')}</w:p></w:body></w:wordDocument>"
    )
    found = read_file(xml.encode())

    assert texts(found, Role.HIDDEN) == ["record low employment"]
    assert texts(found, Role.ATTACHMENT) == ["record employment", "words of a title"]
    assert place_of(found, "words of a title") == "attachment, property title"
