"""The words of standing text: guidance on pre-release access, and the footers that mail systems add. Data only.

Law of this file: no word here says which way something went, how much, or how good it is, and no words here do so
together (a test tries the lexicons on them). Such words are EXAMPLES: a caveat may only quote them against each other.
Footers have no words for statistics either.
"""

from __future__ import annotations

from typing import Final

# Without one of these a sentence is no guidance on pre-release access.
CAVEAT_CUES: Final = (
    "wrongful", "wrongly releas", "wrongly disclos", "accidental release", "accidental disclosure", "accidental or",
    "accidentally releas", "accidentally disclos", "inadvertent", "unauthorised release", "unauthorised disclosure",
    "unauthorized release", "unauthorized disclosure", "premature release", "premature disclosure", "improper release",
    "improper disclosure", "pre release access", "pre release material", "pre release statistic", "prerelease",
    "final form", "indication", "descriptions such as", "description such as", "size or direction",
    "direction or size", "scale or direction", "size and direction", "direction of travel", "code of practice",
    "must not disclose", "must not be disclosed", "not to be disclosed", "must not reveal", "must not be revealed",
    "sole purpose", "solely for the purpose", "reported immediately", "report immediately", "report it immediately",
    "reported at once", "privileged access", "privileged early", "early access", "access to statistics",
    "chief statistician", "head of profession", "characterise", "characteris", "hint",
)  # fmt: skip

# With one of these a sentence is guidance if it quotes directions against each other.
PROHIBITIONS: Final = (
    "must not", "should not", "may not", "cannot", "do not", "don't", "not permitted", "never", "a breach", "avoid",
)  # fmt: skip

# Without one of these a sentence is no footer.
DISCLAIMER_CUES: Final = (
    "this email", "this e mail", "this message", "this communication", "this transmission", "these emails",
    "intended recipient", "intended solely", "intended only", "intended for the", "addressee", "received it in error",
    "in error", "virus", "malware", "monitored", "before printing", "views expressed", "opinions expressed",
    "views or opinions", "liability", "accepts no", "legally privileged", "privileged and confidential",
    "confidential and may", "registered in england", "registered office", "unauthorised use", "legal disclaimer",
    "freedom of information", "emails may be", "email messages", "strictly prohibited",
)  # fmt: skip

_SMALL: Final = """
a about account act acting addition all also an and any anybody anyone anything apply are as at be because been behalf
being both but by can cannot could do does during e each either etc every for from had has have having he her him his
i if in instead into is it its itself made make makes making may might must my need needs no nor not of on only or
other others otherwise our ourselves out outside own please shall she should such that the their them then themselves
there these they this those through to under upon via was we were when where whether which while who whom whose will
with within without would you your yours yourself
"""
CAVEAT_WORDS: Final = frozenset(
    f"""{_SMALL}
    abuse access accessed accessing accident accidental accidentally accordance act adjectives advance advise
    advised adviser advisers after agree agreed allowed announced another appear arrangement arrangements ask
    asked assistant attached attempt attendance authorised authority authorized avoid aware basis before benefits
    beyond births borrowing breach breaches breaching briefing bulletin cause census certain characterisation
    characterise characterised characterising characterization characterize chief circulate circulated code
    colleague colleagues comment commentary comments comply condition conditions confidence confirm consequence
    consequences consider considered constitute constitutes construction consumer contact contain contained
    containing contains content contents conversation conversations convey copied copies correspondence count
    counts crime criminal data date day days deaths debt deemed deficit definition department departments deputy
    describe described describes describing description descriptions detail details diaries diary digital direct
    direction directions directly director disciplinary disclose disclosed discloses disclosing disclosure
    disclosures discuss discussed discussing discussion discussions document documents domestic doubt duties early
    earnings economic economy education eligible email emails embargo embargoed emigration employment energy
    england enquiries ensure error even exam example examples exams exclude excluded explicit express expressed
    extent fail failure figure figures final finance finances findings follow following force form forward
    forwarded full further gdp general give given gives giving governed government grant granted gross guidance
    handling head health hint hinted hinting hints homelessness homes hospital hours house household households
    houses housing however immediate immediately immigration implicit implied imply implying important improper
    improperly inactivity inadvertent inadvertently include included includes including inclusion income incomes
    index indicate indicated indicates indicating indication indications indirect indirectly individual
    individuals inflation inform information informed inquiry interpretation investigated investigation ireland
    issued job jobs journalists kept kingdom know labour language later law lead legal legislation lines list
    listed lists magnitude mail manner market material matter means media meeting meetings mention mentioned
    message migration minister ministers minute minutes misuse name named narrative national nature never nhs
    northern notify obligation obligations obtained occur occurs offence office officer officers offices official
    officials old once onward oral orally order orders organisation organisations output part parties parts party
    pass passing pay people permanent permission permitted person personal persons phrase phrases police
    policy population position post poverty practice pre premature prematurely prepare prepared preparing
    prerelease press price prices principle principles prior private privilege privileged procedures produced
    producer producers producing product productivity profession professional prohibited provide provided provides
    providing provision public publication publications publicly publish published publishing pupils purpose
    purposes qualitative quantitative rate rates read reader readers reason reasons receive received receives
    receiving recipient recipients refer reference regarded regarding regulation regulations relate related
    relating relation release released releases releasing remember remind reminded reminder rents report reported
    reporting reports represent request required requirement requirements respect respond response responsibility
    responsible restriction restrictions result results retail reveal revealed revealing reveals role rules sales
    sanctions say saying scale school schools scotland scottish secretary sector see seek sense sensitive separate
    series serious share shared sharing should sight sign signed significance similar size social sole solely
    someone speak speaking special spoken staff state statement statements statistic statistical
    statistician statisticians statistics statutory story subject substance suggest suggested suggesting
    suggestion suggests surplus survey taken team teams telephone tell telling term terms text themselves
    therefore time times timetable titles together told tone tourism trade transport treated trend trends tweet
    tweeted tweets type uk unauthorised unauthorized understand undertaking unemployment unintentional united
    until use used using vacancies verbal verbally wages waiting wales way ways welsh word wording words work
    writing written wrongful wrongfully wrongly
    """.split()
)
DISCLAIMER_WORDS: Final = frozenset(
    f"""{_SMALL}
    accept accepted accepts accidental accordance accuracy action actions addressed addressee addressees agency
    any appear arise arising attached attachment attachments author authorised authorized automatically aware
    believe business caused checked club communication communications company compliance computer confidential
    confidentiality consider considered constitute consult contain contained containing contains content contents
    contract copied copies copy copying corruption council damage delete deleted department disclaimer disclaims
    disclose disclosed disclosing disclosure distribute distributed document documents duty electronic
    electronically email emailed emails employee employees employer england ensure entity environment error errors
    express expressed extent file files fraud free freedom further government guarantee guaranteed hereby however
    immediately incoming individual individuals information intended intercepted internet kept kingdom law lawful
    legal legally liability liable limited logged loss mail malicious malware manager mark marked message messages
    misuse monitor monitored monitoring national nature necessarily neither note notify number obligation offences
    office official omissions opinion opinions organisation organisations originator outgoing parties party person
    personal policy precautions present print printed printing privilege privileged prohibited protected purpose
    purposes read reason receive received recipient recipients recorded recording registered regulations reliance
    rely reply represent responsibility responsible result return routinely scan scanned secure secured security
    seen send sender sending sent service services software sole solely specified statements strictly subject
    suffered swept system systems take taken telephone thank therefore time transmission transmitted unauthorised
    unauthorized united unlawful unless use used user using views virus viruses wales warning whatsoever
    """.split()
)

_UP: Final = """
favourable favorable positive good better up upward upwards rise rises rising risen rose increase increases
increased increasing higher high highs growth grow grows growing grew grown strong stronger improve improves improved
improving improvement improvements encouraging optimistic expansion
"""
_DOWN: Final = """
unfavourable unfavorable negative bad worse worst down downward downwards fall falls falling fallen fell decrease
decreases decreased decreasing decline declines declined declining drop drops dropped dropping reduction reductions
lower low lows contraction weak weaker poor poorer worsen worsens worsened worsening deterioration deteriorated
disappointing discouraging pessimistic
"""
_LEVEL: Final = "unchanged flat steady stable same neutral level mixed indifferent static"
EXAMPLES: Final[dict[str, int]] = {
    **dict.fromkeys(_UP.split(), 1), **dict.fromkeys(_DOWN.split(), -1), **dict.fromkeys(_LEVEL.split(), 0)
}  # fmt: skip
