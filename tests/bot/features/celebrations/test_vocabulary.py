# ruff: noqa: RUF001
"""Words that keep a message from being celebrated, such as those of grief or about outages."""

from time import thread_time

import pytest

from bot.features.celebrations.rules import GRIEF, NO_WIN
from bot.features.celebrations.vocabulary import find_objection

SECONDS = 5.0  # of its own work; what takes the square of the length takes minutes
SAD = [
    "My dog died this morning",
    "My grandmother passed away on Sunday, I'll be off until Thursday.",
    "R.I.P. Bob, we miss you",
    "So sorry for your loss, Ana",
    "My condolences!",
    "I LOST MY DAD last night",
    "The funeral is on Friday",
    "Mein Vater ist gestern verstorben",
    "Herzliches Beileid",
    "Faleceu a minha avó",
    "Os meus pêsames, Ana",
    "Mi abuelo falleció ayer",
    "Te acompaño en el sentimiento",
    "Mon père est décédé hier",
    "Toutes nos condoléances",
    "Mio nonno è morto",
    "Sentite condoglianze",
    "Mijn oma is overleden, gecondoleerd zeggen ze",
    "Moja babcia zmarła wczoraj",
    "Zemřel mi táta",
    "Upřímnou soustrast",
    "Min mormor har gått bort",
    "Min far er død",
    "Isoäiti kuoli eilen",
    "Édesapám elhunyt",
    "A murit bunica mea",
    "Ο παππούς μου πέθανε",
    "Τα συλλυπητήριά μου",
    "Dedem vefat etti",
    "Учора помер мій тато",
    "Соболезнования всей семье",
    "my father is in a hospice",
    "We lost our teammate Rui",
    "J'ai perdu mon père hier",
    "Ich habe heute meinen Vater verloren",
    "Hemos perdido a un compañero",
    "Abbiamo perso un amico",
    "Jag har förlorat min pappa",
    "My nan passed last night",
    "Remembering Pedro, who left us a year ago",
    "I am in hospital with my son",
    "My wife is in intensive care",
    "Some of us will lose their jobs",
    "父が亡くなりました",
    "我父亲去世了",
    "아버지가 돌아가셨습니다",
    "توفي والدي أمس",
    "मेरे पिता का निधन हो गया",
    "Cha tôi đã mất hôm qua",
]
NOT_FOR_US = [
    "Phones are down, all hands please",
    "We have an outage of the booking system",
    "The login went down a minute ago",
    "Wir haben eine Störung bei den Telefonen",
    "Please vote for lunch",
    "React with :tada: for Friday, :rocket: for Monday",
    ":one: pizza\n:two: sushi",
    "Where to?\n:tada: the beach\n:rocket: the park",
    "Kleine Umfrage zum Sommerfest",
    "Petit sondage pour vendredi",
]
GLAD = [
    "The oldest ticket of all is closed",
    "The backlog is down to zero!",
    "The outage is over, thank you all",
    "No more incidents since we fixed the form",
    "Ana passed the exam",
    "I passed your thanks on to Ben",
    "We are four days ahead of the deadline",
    "The storing of bookings works again",
    ":tada: backlog at zero\n:rocket: the new form is live",
    "Dina's dog got its own line on the help page",
    "Oldu! Bitti.",
    "Je suis mort de rire, quel beau message du client",
    "Ein Hoch auf Todor und Mortimer",
    "Wir sind mit allem fertig",
    "We lost our fear of the phones",
    "Wir haben keinen Kunden verloren!",
    "My son passed his exam!",
    "He perdido 5 kilos",
    "The backlog is gone forever!",
    "",
]


@pytest.mark.parametrize("text", SAD)
def test_words_of_grief_are_recognized_in_many_languages(text: str) -> None:
    assert find_objection(text) == GRIEF


@pytest.mark.parametrize("text", NOT_FOR_US)
def test_outages_and_polls_are_not_celebrated(text: str) -> None:
    assert find_objection(text) == NO_WIN


@pytest.mark.parametrize("text", GLAD)
def test_good_news_is_not_mistaken_for_grief_or_an_outage(text: str) -> None:
    assert find_objection(text) is None


@pytest.mark.parametrize(
    "mark", ["a ", "\n ", " ", ":one:\n", "\n-", "-•*: ", "\n:", "is down ", "í", "lost a ", "my nan ", "亡"]
)
def test_longest_possible_message_is_searched_for_grief_quickly(mark: str) -> None:
    began = thread_time()
    find_objection((mark * 40_000)[:40_000])
    assert thread_time() - began < SECONDS
