"""Words for the parser of thanks, in the languages of European teams.

All are casefolded. A word may be in several sets: French *et*, Polish *i* and Czech *a* join names, Spanish *a* is
also a preposition.
"""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


AND = _words(
    "and und et y e i en og och ja a és ve и й \u0456 та και n ed og samt sowie oraz și si dhe ir un eta agus u te ac",
    "plus also as well auch aussi anche también tambien também tambem też også också ook též",
)
"""Words that join two names of one list."""

TO = _words(
    "to an a à al alla ai au aux ao aos à às til till åt aan do do dla voor para pour für fuer per pentru за для na",
    "k ke za la las los the",
)
"""Prepositions before a name, and articles."""

FOR = _words(
    "for für fuer pour por para per pro za för voor dla за для pentru til because weil parce porque perché omdat who",
    "whose hogy amiért koska bo ponieważ který která która który die der wegen om",
)
"""Words that begin a reason."""

FROM = _words("from by von vom från fra van od от від")
"""Prepositions before a giver, who is not thanked."""

WITH = _words(
    "with mit avec con com met med z s with kanssa és or oder ou o of eller albo lub least then especially particularly"
)
"""Words before a name that may be thanked as well."""

THANKS = _words("thanks thank thx danke dank merci gracias grazie obrigado obrigada tak tack takk dzięki kiitos díky")

TOO = _words("too also as auch ebenfalls aussi anche pure também tambem también tambien ook też også också likewise")
"""Words that make a name thanked like the one before."""

BUT = _words("but aber mais pero però ma mas men maar ale но але sondern sino however though")

NOT = _words(
    "not never none nobody noone without cannot cant dont didnt doesnt wont wouldnt couldnt shouldnt isnt wasnt arent",
    "havent hasnt hadnt aint neither nor if unless hardly barely instead refuse refused",
    "kein keine keinen keiner keinem nicht nie niemals niemand ohne wenn falls",
    "pas aucun aucune jamais sans personne sin ningún ningun ninguno nunca jamás nadie",
    "não nao sem nenhum nenhuma ninguém non nessun nessuno nessuna senza mai",
    "geen niet nooit niemand zonder ingen inga inget ikke inte icke aldri aldrig uten uden utan",
    "nie bez żadnych żadne nigdy nikt žádné žádný nikdy nikdo ei älä nem nincs soha senki değil yok hiç asla",
    "не нет никаких без никогда никто ні немає ніколи nu fără δεν όχι χωρίς ne nici",
)
"""Words that negate thanks, or make them hypothetical, anywhere in the clause."""

IF = _words("if unless wenn falls si se jeśli pokud hvis ha якщо если dacă")
"""Words that make thanks hypothetical right after the names: "I would give kudos to @ben if …"."""

NO = _words("no zero anti minus nej nein hold withhold skip")
"""Words that negate like `NOT`, but only close to the phrase, because farther away they mean something else."""

ASKING = _words(
    "who whom whose why anyone anybody should shall wer wem warum wieso soll sollen sollte sollten qui pourquoi",
    "quién quien quiénes quem chi kto kdo kuka vem hvem кто хто ποιος",
)
"""Words that begin a question, with or without a question mark."""

ASIDE = _words("cc fyi via bcc ping ask")
"""Words before a name that is only copied in."""
