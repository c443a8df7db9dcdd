"""Letters that a reader takes for Latin ones. Lower case; upper case is folded before it is looked up.

ref: Unicode Technical Standard 39 (confusables), the single-letter ones that print alike in ordinary fonts
"""

from __future__ import annotations

_CYRILLIC = dict(zip("аеорсухіїјѕһԁԛԝвкмнтзбпяишцдлэґєфчьг", "aeopcyxiijshdqwbkmht36nrnwualereoybr", strict=True))
_GREEK = dict(zip("αεικνορτυχβημγζσςωλδ", "aeikvoptuxbnmyzocwad", strict=True))
_OTHER = {
    "ı": "i", "ȷ": "j", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ƒ": "f", "ɡ": "g", "ɩ": "i", "ʟ": "l",
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k",
    "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y",
    "ᴢ": "z", "ꞯ": "q", "ᴌ": "l", "ᴎ": "n", "ᴙ": "r", "ᴚ": "r", "ʁ": "r", "ɑ": "a", "ɐ": "a", "ɓ": "b", "ƀ": "b",
    "ɔ": "c", "ƈ": "c", "ɖ": "d", "ɗ": "d", "ə": "e", "ɘ": "e", "ɛ": "e", "ɜ": "e", "ɠ": "g", "ɦ": "h", "ɨ": "i",
    "ƙ": "k", "ɫ": "l", "ɭ": "l", "ƚ": "l", "ɱ": "m", "ɲ": "n", "ɳ": "n", "ŋ": "n", "ɵ": "o", "ƥ": "p", "ɋ": "q",
    "ɾ": "r", "ɽ": "r", "ɍ": "r", "ʂ": "s", "ʈ": "t", "ƭ": "t", "ʉ": "u", "ʊ": "u", "ʋ": "v", "ʍ": "m", "ʐ": "z",
    "ⱥ": "a", "ȼ": "c", "ǥ": "g", "ꝁ": "k", "ᵽ": "p", "þ": "p", "ð": "d", "ⱡ": "l", "ⱨ": "h", "ⱬ": "z", "ӿ": "x",
    "ȥ": "z", "ყ": "y", "ɯ": "w", "ʠ": "q", "ʝ": "j", "ǫ": "q", "µ": "u", "∂": "d", "ɒ": "a", "ƨ": "s",
    "ʞ": "k", "ꞁ": "l", "ʑ": "z", "ƶ": "z", "ƴ": "y", "ɏ": "y", "ɇ": "e", "ɉ": "j",
}  # fmt: skip
_RARE = dict(zip("ӏүѵԍԛѡҽҳҟοϲϳօսոհզցյքտⲟⲣⲥⲉⲕⲏ", "lyvgqwexkocjounhqgjpsopcekh", strict=True))
_CHEROKEE = dict(zip("ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏃᏎᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏴ", "drtiajewmhygz4brwsvslcpkdb", strict=True))
_LISU = dict(zip("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓥꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "bpdtgkjczfmnlsravhwxyaeiou", strict=True))
_ARMENIAN = dict(zip("ҍժղէմա", "bdntuw", strict=True))
_COPTIC = dict(zip("ⲁⲃⲓⲙⲛⲧⲩⲭ", "abimntux", strict=True))
_SYLLABICS = dict(zip("ᗩᗷᑕᗪᗴᖴᘜᕼᒍᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ᙭ᘔ", "abcdefghjlmnpqrsuvwxz", strict=True))
_ETHIOPIC = dict(zip("ልጌርዕቿቻኗዘጎጋጕረጠክዐየዒዪነፕሁሀሠሸሃጊ", "abcdefghijklmnopqrstuvwxyz", strict=True))
_EAST_ASIAN = dict(
    zip(
        "卂乃匚乇千Ꮆ卄丨ﾌҝㄥ爪几ㄖ卩尺丂ㄒㄩ山乂ㄚ乙ﾑᄃり刀ｷムんﾉズﾚﾶのｱゐｲひﾒﾘ",
        "abcefghijklmnoprstuwxyzacdnfghiklmopqtuxy",
        strict=True,
    )
)
_THAI_HEBREW = dict(zip("คเภ๏гรՇยฬﻮђןקשאץչ", "ainorstuwghlpvxyz", strict=True))
_ENCLOSED = {  # letters in parentheses, and light on dark, which have no canonical letter of their own
    chr(first + offset): chr(ord("a") + offset)
    for first in (0x249C, 0x1F110, 0x1F130, 0x1F150, 0x1F170)
    for offset in range(26)
}

LOOKALIKES: dict[str, str] = (
    _CYRILLIC
    | _GREEK
    | _OTHER
    | _RARE
    | _CHEROKEE
    | _LISU
    | _ARMENIAN
    | _COPTIC
    | _SYLLABICS
    | _ETHIOPIC
    | _EAST_ASIAN
    | _THAI_HEBREW
    | _ENCLOSED
    | {char.upper(): latin for char, latin in (_CYRILLIC | _GREEK).items()}
    | {"Υ": "y", "Η": "h", "Ν": "n"}  # the capitals look like others than their small letters
)
