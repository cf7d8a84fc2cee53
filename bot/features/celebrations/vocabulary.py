# ruff: noqa: RUF001
"""Words that rule out a celebration, because they suggest grief, an outage or a poll. Matching text is not stored."""

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

from bot.features.celebrations.rules import GRIEF, NO_WIN

LOSSES = {
    "en": "passed away, passing of my, died., has died, dying, death of, death in, s death., sudden death, "
    "loss of my, loss of our, loss of his, loss of her, loss of their, your loss., lost my dad, lost my mum, "
    "lost my mom, lost my father, lost my mother, lost my brother, lost my sister, lost my husband, lost my wife, "
    "lost my son., lost my daughter, lost my gran, lost my partner, lost my friend, lost my best friend, lost my dog, "
    "lost my cat, lost her battle, lost his battle, lost a colleague, lost our colleague, condolence, sympathies, "
    "deepest sympathy, with sympathy, funeral, memorial service, bereave, grief, grieve, grieving, mourning, mourn., "
    "rest in peace, rip., r i p., in loving memory, no longer with us, miscarriage, miscarried, stillb, suicide, "
    "hospice, terminally ill, cancer., laid off, layoff, put to sleep, thoughts and prayers",
    "de": "gestorben, verstorben, verstarb, starb., todesfall, tod., beileid, trauer., trauern, trauert, trauerfall, "
    "trauerfeier, beerdigung, beisetzung, begräbnis, ruhe in frieden, von uns gegangen, eingeschläfert, krebs., "
    "fehlgeburt",
    "pt es": "morreu, faleceu, falecimento, falecid, morte do, morte da, morte de, luto., pêsame, condolência, "
    "enterro, velório, descanse em paz, descansa em paz, sentimentos, perdi o meu pai, perdi a minha, falleci, "
    "falleció, fallecimiento, murió, ha muerto, muerte de, pésame, condolencia, entierro, descanse en paz, "
    "descansa en paz, d e p., lamento mucho tu pérdida, acompaño en el sentimiento, lamento a tua perda, sinto muito "
    "pela, siento mucho tu pérdida, siento tu pérdida",
    "fr it": "décéd, décès, est mort, est morte, la mort de, deuil, condoléance, obsèques, enterrement, nous a quitté, "
    "repose en paix, è morto, è morta, è deceduto, è deceduta, deceduto, deceduta, morte di, morte del, lutto, "
    "condoglianze, funerale, funerali, riposa in pace, venuto a mancare, venuta a mancare, è mancato, è mancata, "
    "è scomparso, è scomparsa",
    "nl": "overleden, overlijden, overleed, in de rouw, rouwen, rouwkaart, condoleances, gecondoleerd, begrafenis, "
    "crematie, uitvaart, rust zacht, heengegaan, veel sterkte",
    "da no sv fi": "døde., er død, dødsfald, dødsfall, bortgang, begravelse, kondoler, hvil i fred, gået bort, "
    "gått bort, gick bort, avled, avliden, har dött, begravning, beklagar sorgen, vila i frid, kuoli., kuollut, "
    "menehtyi, hautajais, osanotto, lepää rauhassa",
    "pl cs sk": "zmarł, śmierć, żałob, pogrzeb, kondolencj, współczucia, spoczywaj w pokoju, odszedł od nas, zemřel, "
    "úmrtí, pohřeb, kondolence, soustrast, sústrasť, zomrel, pohreb, úmrtie",
    "hr sl sr": "umro je, umrla je, preminuo, preminula, preminul, sprovod, sućut, sožalje, umrl je, pogreb, "
    "počivaj u miru, počivaj v miru, преминуо, преминула, саучешће, сахрана",
    "ro hu": "a murit, a decedat, decesul, doliu, condoleanțe, înmormântare, odihnească, meghalt, elhunyt, gyász, "
    "temetés, részvét, nyugodjon békében",
    "el tr": "πέθανε, θάνατο, κηδεία, συλλυπητήρια, πένθος, απεβίωσε, vefat, başsağlığı, başınız sağ, cenaze, rahmetli",
    "uk ru bg": "помер, умер., умерла, умерли, скончал, смерть, похорон, співчуття, соболезнован, помним и скорб, "
    "почина., починал, съболезнован, погребение, царство небесне, царствие небесное",
    "et lv lt": "suri., matus, kaastunne, nomira, bēres, līdzjūtīb, mirė, laidotuv, užuojaut",
}
MISFORTUNES = {
    "en": "sad news, heartbroken, heartbreaking, in memory of, in remembrance of, celebration of life, who left us, "
    "rainbow bridge, lost her fight, lost his fight, lost her life, lost his life, lost their lives, lost our home, "
    "in hospital, in the hospital, intensive care, had a stroke, heart attack, car accident, diagnosed with, "
    "leukaemia, "
    "leukemia, tumour, tumor, seriously ill, critically ill, burned down, burnt down, earthquake, lose their job, "
    "lose our job, lost their job, lost my job, lost our job, divorce",
    "de": "im krankenhaus, intensivstation, schlaganfall, herzinfarkt, schwer krank, schwer erkrankt, autounfall, "
    "traurige nachricht, scheidung",
    "fr es": "à l'hôpital, hospitalis, gravement malade, triste nouvelle, tristes nouvelles, s'est éteint, en el "
    "hospital, hospitaliza, en la uci, muy enfermo, muy enferma, triste noticia, tristeza",
    "pt it": "no hospital, hospitalizad, muito doente, triste notícia, tristes notícias, in ospedale, ricoverat, "
    "gravemente malat",
    "nl da sv pl": "in het ziekenhuis, ernstig ziek, verdrietig nieuws, på sygehuset, på sykehuset, på sjukhus, "
    "w szpitalu",
    "id vi tl sw": "meninggal, wafat, berduka, belasungkawa, qua đời, đã mất, chia buồn, namatay, pumanaw, amefariki, "
    "pole sana, rambirambi",
}
ANYWHERE = (
    "亡くな, 死去, 逝去, 訃報, 葬儀, お悔やみ, ご冥福, 去世, 逝世, 过世, 過世, 讣告, 訃告, 葬礼, 葬禮, 节哀, 節哀, "
    "돌아가셨, 돌아가신, 별세, 부고, 장례, 세상을 떠났, 조의, توفي, وفاة, رحمه الله, رحمها الله, جنازة, البقاء لله, "
    "נפטר, הלוויה, תנחומי, निधन, देहांत, अंतिम संस्कार, श्रद्धांजलि, เสียชีวิต, ไว้อาลัย, درگذشت, تسلیت"
)
"""Phrases in scripts without spaces between words, or with words joined: they match anywhere."""
LOST = (
    "lost., lose., losing., perdu., perdí., perdi., perdió., perdeu., perdimos., perdemos., perdido., perso., "
    "verloor., mistet., mistede., förlorat., förlorade., mist., stracił, ztratil, pierdut., kaybett, потеря, втрати"
)
LOST_BEHIND = "verloren., kaybett, elveszített"
"""Verbs of loss in languages where the verb comes after the person who died."""
GONE = (
    "passed last, passed this, passed on., passed in., passed peacefully., passed yesterday., passed today., "
    "didn't make it, did not make it, left us., is gone., est parti., est partie., nous a quitté, nous ont quitté, "
    "se fue., se nos fue., se ha ido., nos dejó., nos ha dejado., nos deixou., partiu., ci ha lasciat, ist gegangen., "
    "ist eingeschlafen."
)
KIN = (
    "mother, father, mum., mom., dad., daddy., parent, brother, sister, son., daughter., husband, wife., partner., "
    "baby., "
    "child., niece., nephew., aunt, uncle, cousin, gran., granny., grandma, grandmother, grandad., granddad., grandpa, "
    "grandfather, nan., nana., friend., friends., colleague, teammate, coworker, co-worker, dog., cat., "
    "vater., mutter., mama., papa., bruder., schwester., sohn., tochter., mann., frau., opa., oma., großvater., "
    "großmutter., freund., freundin., kollege., kollegen., kollegin., "
    "père., mère., maman., frère., sœur., soeur., mari., femme., fils., fille., grand-père., grand-mère., mamie., "
    "papi., "
    "ami., amie., collègue, padre., madre., papá., mamá., hermano., hermana., esposo., esposa., marido., mujer., "
    "hijo., "
    "hija., abuelo., abuela., tío., tía., amigo, amiga, compañero., compañera., colega, "
    "pai., mãe., irmão., irmã., filho., filha., avó., avô., tio., tia., mamma., papà., fratello., sorella., marito., "
    "moglie., figlio., figlia., nonno., nonna., zio., zia., amico., amica., collega, "
    "vader., moeder., broer., zus., man., vrouw., zoon., dochter., vriend., vriendin., "
    "mor., far., mamma., pappa., bror., søster., syster., bestemor., bestefar., mormor., morfar., farmor., farfar., "
    "bedstemor., bedstefar., ven., vän., kollega., tatę., tata., mamę., ojca., matkę., brata., siostrę., męża., żonę., "
    "syna., córkę., babcię., dziadka., přítel, otce., matku., fratele., sora., bunic, babamı., annemi., "
    "отца., маму., папу., мать., брата., сестру., друга., коллегу., батька., тата., маму., бабусю., дідуся."
)
OUTAGE = "outage, incident., incidents., sev1, sev 1, p1., degraded, störung, ausfall, panne, avaria, caída, awaria"
WORD = re.compile(r"\w+")
DOWN = re.compile(r"\b(?:is|are|went|gone|all) down\b(?! (?:to|by|from|at))")
OVER = "over., resolved, fixed, restored, back up, solved, no more, without a, no outage, no incident, behoben, résolu"
POLL = (
    "poll., polls., vote., voting, votes., react with, pick one, abstimm, umfrage, sondage, votez, votar, vota., "
    "encuesta, enquete, sondagem, sondaggio, stemmen, peiling, głosuj, ankieta, rösta, hlasuj"
)
OPTION = re.compile(r"^[ \t]*(?:[-•*][ \t]*)?:(?P<emoji>[\w+'-]{1,80}):", re.MULTILINE)
NUMBERS = {
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten", "regional_indicator_a",
    "regional_indicator_b", "regional_indicator_c", "a", "b", "ab", "o2",
}  # fmt: skip


def find_objection(text: str) -> str | None:
    """Return `GRIEF` or `NO_WIN` if the text of a message rules out celebrating it, else None.

    `GRIEF` for a loss; `NO_WIN` for an outage that is not over, or a poll.
    """
    said = _fold(text)
    if _has(said, _LOSSES) or _has(said, _ANYWHERE) or LOST_ONES.search(said):
        return GRIEF
    is_down = (_has(said, _OUTAGE) or DOWN.search(said)) and not _has(said, _OVER)
    return NO_WIN if is_down or _has(said, _POLL) or _has_options(text) else None


def _has_options(text: str) -> bool:
    """Return whether several lines start with number emoji, or, in a question, with any emoji."""
    options = {found["emoji"] for found in OPTION.finditer(text)}
    return len(options) > 1 and ("?" in text or bool(options & NUMBERS))


def _fold(text: str) -> str:
    """Return the words in lower case without accents, with a space before and after each."""
    bare = "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))
    return f" {' '.join(WORD.findall(bare))} "


def _has(said: str, phrases: Iterable[str]) -> bool:
    return any(phrase in said for phrase in phrases)


def _phrases(*lists: str) -> tuple[str, ...]:
    """Return the phrases to look for. In the lists, `word` matches the start of a word, `word.` a whole word."""
    listed = [each.strip() for words in lists for each in words.split(",")]
    return tuple(_fold(each) if each.endswith(".") else _fold(each).rstrip() for each in listed)


def _pattern(words: str) -> str:
    """Return a regular expression for any of these phrases; callers add a space before and after it."""
    return "|".join(each[1:].rstrip() + ("" if each.endswith(" ") else r"\w*") for each in _phrases(words))


LOST_ONES = re.compile(
    rf" (?:{_pattern(LOST)})(?: \w+){{0,4}} (?:{_pattern(KIN)}) "
    rf"| (?:{_pattern(KIN)})(?: \w+){{0,4}} (?:{_pattern(LOST_BEHIND)}) "
    rf"| (?:{_pattern(KIN)})(?: \w+){{0,3}} (?:{_pattern(GONE)}) "
    rf"| (?:{_pattern(GONE)})(?: \w+){{0,2}} (?:{_pattern(KIN)}) "
)
"""Matches, for example, `I have lost my father`, `Ich habe meinen Vater verloren`, `my nan passed last night`."""
_LOSSES = _phrases(*LOSSES.values(), *MISFORTUNES.values())
_ANYWHERE = tuple(each.strip() for each in _phrases(ANYWHERE))
_OUTAGE, _OVER, _POLL = _phrases(OUTAGE), _phrases(OVER), _phrases(POLL)
