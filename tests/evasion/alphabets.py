"""Other alphabets in which English words stay readable: a table for each disguise, what stands for which letter."""

from __future__ import annotations

import unicodedata
from string import ascii_lowercase, ascii_uppercase, digits

Table = dict[int, str]


def letters(small: str) -> Table:
    """a-z in order, separated by spaces; `_` leaves a letter as it is. Capitals fold to the same."""
    found = small.split()
    assert len(found) == 26, f"{len(found)} letters: {small}"
    pairs = [(letter, found[place]) for place, letter in enumerate(ascii_lowercase) if found[place] != "_"]
    return {ord(key): value for letter, value in pairs for key in (letter, letter.upper())}


def some(pairs: str) -> Table:
    """Pairs such as `aα oο`: only these letters are exchanged, in either case."""
    return {ord(key): pair[1:] for pair in pairs.split() for key in (pair[0], pair[0].upper())}


def run(first_small: int, first_capital: int | None = None, first_digit: int | None = None) -> Table:
    """An alphabet that stands in one run of code points; what Unicode left out of it stays a plain letter."""
    table = {ord(letter): chr(first_small + place) for place, letter in enumerate(ascii_lowercase)}
    capitals = first_small if first_capital is None else first_capital
    table |= {ord(letter): chr(capitals + place) for place, letter in enumerate(ascii_uppercase)}
    if first_digit is not None:
        table |= {ord(digit): chr(first_digit + place) for place, digit in enumerate(digits)}
    return {key: value for key, value in table.items() if unicodedata.category(value) != "Cn"}


TABLES: dict[str, Table] = {
    # Letters of living scripts that look the same
    "cyrillic look-alikes": some("aа cс dԁ eе hһ iі jј lӏ oо pр qԛ sѕ wԝ xх yу vѵ"),
    "greek look-alikes": some("aα iι kκ nη oο pρ tτ uυ vν xχ yγ wω"),
    "faux greek as on fan pages": letters("α в c ∂ є ƒ g н ι נ к ℓ м η σ ρ q я ѕ т υ ν ω χ у z"),
    "faux cyrillic capitals": letters("Д Б С D Э F G Н I J К L М И О Р Q Я Ѕ Т Ц V Ш Х У Z"),
    "armenian look-alikes": some("gց hհ jյ nո oօ uս qզ wա"),
    "armenian fancy text": letters("ą ҍ ç ժ ҽ ƒ ց հ ì ʝ ҟ Ӏ ʍ ղ օ ք զ ɾ ʂ է մ ѵ ա × վ Հ"),
    "cherokee capitals": letters("Ꭺ Ᏼ Ꮯ Ꭰ Ꭼ F Ꮐ Ꮋ I Ꭻ Ꮶ Ꮮ Ꮇ N O Ꮲ Q Ꭱ Ꮪ Ꭲ U Ꮩ Ꮃ X Y Ꮓ"),
    "lisu capitals": letters("ꓮ ꓐ ꓚ ꓓ ꓰ ꓝ ꓖ ꓧ ꓲ ꓙ ꓗ ꓡ ꓟ ꓠ ꓳ ꓑ Q ꓣ ꓢ ꓔ ꓴ ꓦ ꓪ ꓫ ꓬ ꓜ"),
    "canadian syllabics": letters("ᗩ ᗷ ᑕ ᗪ E ᖴ G ᕼ I ᒍ K ᒪ ᗰ ᑎ O ᑭ ᑫ ᖇ ᔕ T ᑌ ᐯ ᗯ ᙭ Y ᘔ"),
    "coptic look-alikes": some("bⲃ cⲥ iⲓ kⲕ oⲟ pⲣ tⲧ uⲩ xⲭ aⲁ eⲉ nⲛ mⲙ"),
    "thai and hebrew shapes": letters("ค ๒ ς ๔ є Ŧ ﻮ ђ เ ן к l ๓ ภ ๏ ק ợ г ร Շ ย ש ฬ א ץ չ"),
    "east asian shapes": letters("卂 乃 匚 ᗪ 乇 千 Ꮆ 卄 丨 ﾌ Ҝ ㄥ 爪 几 ㄖ 卩 Ɋ 尺 丂 ㄒ ㄩ ᐯ 山 乂 ㄚ 乙"),
    "katakana shapes": letters("ﾑ 乃 ᄃ り 乇 ｷ ム ん ﾉ ﾌ ズ ﾚ ﾶ 刀 の ｱ ゐ 尺 丂 ｲ ひ √ W ﾒ ﾘ 乙"),
    "currency signs": letters("₳ ฿ ₵ Đ Ɇ ₣ ₲ Ⱨ ł J ₭ Ⱡ ₥ ₦ Ø ₱ Q Ɽ ₴ ₮ Ʉ V ₩ Ӿ Ɏ Ⱬ"),
    "ethiopic and others": letters("ል ጌ ር ዕ ቿ ቻ ኗ ዘ ጎ ጋ ጕ ረ ጠ ክ ዐ የ ዒ ዪ ነ ፕ ሁ ሀ ሠ ሸ ሃ ጊ"),
    # Latin letters with something about them
    "letters with strokes": some("aⱥ bƀ cȼ dđ eɇ gǥ hħ iɨ jɉ kꝁ lł oø pᵽ rɍ tŧ uʉ yɏ zƶ"),
    "letters with hooks": letters("ą ɓ ƈ ɗ ɛ ƒ ɠ ɦ ı ʝ ƙ ɭ ɱ ɳ σ ƥ ʠ ɽ ʂ ƭ ų ʋ ɯ x ყ ȥ"),
    "accents on every letter": letters("á b ç ď ê f ğ ĥ ï ĵ ķ ľ m ñ ö p q ř š ţ û v ŵ x ÿ ž"),
    "nordic and turkish letters": some("aå oø dð iı sş uů cç pþ nŋ yý"),
    "phonetic letters": some("aɑ gɡ iɩ lʟ nɴ rʀ oᴏ uᴜ eе yʏ hʜ bʙ"),
    "long s and dotless i": some("sſ iı jȷ"),
    "letterlike signs": some("aª oº mℳ lℓ eℯ gℊ oℴ hℎ iℹ kK rℛ nℕ pℙ uµ dⅆ"),
    "roman numerals": some("iⅰ vⅴ xⅹ lⅼ cⅽ dⅾ mⅿ"),
    "small capitals": letters("ᴀ ʙ ᴄ ᴅ ᴇ ꜰ ɢ ʜ ɪ ᴊ ᴋ ʟ ᴍ ɴ ᴏ ᴘ ǫ ʀ ꜱ ᴛ ᴜ ᴠ ᴡ x ʏ ᴢ"),
    "superscripts": letters("ᵃ ᵇ ᶜ ᵈ ᵉ ᶠ ᵍ ʰ ⁱ ʲ ᵏ ˡ ᵐ ⁿ ᵒ ᵖ q ʳ ˢ ᵗ ᵘ ᵛ ʷ ˣ ʸ ᶻ"),
    "superscript capitals": letters("ᴬ ᴮ C ᴰ ᴱ F ᴳ ᴴ ᴵ ᴶ ᴷ ᴸ ᴹ ᴺ ᴼ ᴾ Q ᴿ S ᵀ ᵁ ⱽ ᵂ X Y Z"),
    "subscripts": letters("ₐ b c d ₑ f g ₕ ᵢ ⱼ ₖ ₗ ₘ ₙ ₒ ₚ q ᵣ ₛ ₜ ᵤ ᵥ w ₓ y z"),
    "upside down": letters("ɐ q ɔ p ǝ ɟ ƃ ɥ ᴉ ɾ ʞ l ɯ u o d b ɹ s ʇ n ʌ ʍ x ʎ z"),
    "mirrored": letters("ɒ d ɔ b ɘ ʇ ǫ ʜ i ꞁ ʞ l m n o q p ɿ ƨ ƚ u v w x γ z"),
    # Styled letters
    "fullwidth": run(0xFF41, 0xFF21, 0xFF10),
    "maths bold": run(0x1D41A, 0x1D400, 0x1D7CE),
    "maths italic": run(0x1D44E, 0x1D434) | some("hℎ"),
    "maths script": run(0x1D4EA, 0x1D4D0),
    "maths fraktur": run(0x1D51E),
    "maths bold fraktur": run(0x1D586, 0x1D56C),
    "maths double-struck": run(0x1D552, None, 0x1D7D8),
    "maths sans": run(0x1D5BA, 0x1D5A0, 0x1D7E2),
    "maths sans bold italic": run(0x1D656, 0x1D63C),
    "maths monospace": run(0x1D68A, 0x1D670, 0x1D7F6),
    "circled": run(0x24D0, 0x24B6),
    "circled white on black": run(0x1F150),
    "squared": run(0x1F130),
    "squared white on black": run(0x1F170),
    "parenthesised": run(0x249C, 0x1F110),
    "regional indicators (flags)": {
        ord(key): chr(0x1F1E6 + place) + "\u200b"
        for place, letter in enumerate(ascii_lowercase)
        for key in (letter, letter.upper())
    },
    # Digits and signs
    "leet, plain": some("a4 e3 i1 o0 s5 t7"),
    "leet, digits in full": some("a4 b8 e3 g9 i1 l1 o0 s5 t7 z2"),
    "leet, signs": some("a@ s$ i! o0 e€ l| t+ c("),
    "leet, money": some("e€ l£ y¥ c¢ s$"),
    "zero for o and one for i": some("o0 i1"),
    "capital I for l": {ord("l"): "I", ord("I"): "l"},
    "one for l": {ord("l"): "1"},
    "bar for l and i": {ord("l"): "|", ord("i"): "|", ord("I"): "|"},
    "ph for f": some("fph"),
    "z for s": some("sz"),
    "two letters that look like one": some("mrn wvv dcl"),
    # Emoji
    "emoji for letters": some("a🅰️ b🅱️ o⭕ p🅿️ iℹ️ mⓂ️ s💲 x❌ t✝️ u⛎ e📧"),
    "emoji for o and i": some("o🅾️ i❗"),
}
