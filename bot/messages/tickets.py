"""Messages about watched tickets, to the leader who asked to be told when a ticket changes."""

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.alerts import Ticket
from bot.features.tickets.watches import TicketWatch, WatchDetails
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, link, shortened
from bot.slack.post import Post, context
from bot.text.formats import on

STOP = "tickets:stop_watching"
LONGEST_STATE = 60


def watching_card(watch: TicketWatch, reader: Person) -> Post:
    """Confirm that the bot watches a ticket, until when, and that nobody else knows."""
    ticket = watch.details.ticket
    text = f"I'll tell you here when your ticket tool reports that ticket {ticket} has changed."
    return _card(watch, text, f"Until {on(watch.last_day, reader.locale)}. Nobody else knows that you asked.")


def changed_card(watch: TicketWatch, ticket: Ticket, reader: Person) -> Post:
    """Tell a leader the new state of a ticket."""
    words = f"Ticket {watch.details.ticket}"
    name = link(ticket.url, words) if ticket.url else words
    state = shortened(escape(ticket.state), LONGEST_STATE)
    text = f"{name} has changed: it's now {state}{'' if state.endswith('…') else '.'}"
    until = on(watch.last_day, reader.locale)
    return _card(watch, text, f"{when(ticket.at, reader)}. You asked me to watch this ticket until {until}.")


def _card(watch: TicketWatch, text: str, note: str) -> Post:
    blocks: list[Block] = [
        SectionBlock(text, block_id="ticket"),
        context(note),
        ActionsBlock([Button("Stop watching", action_id=STOP, value=str(watch.id))], block_id="answers"),
    ]
    return Post(text, blocks, card=watch.details.card)


def stopped_card(details: WatchDetails) -> Post:
    """Build the card after *Stop watching*, without buttons."""
    return _plain(details, f"I've stopped watching ticket {details.ticket}.")


def stopped_for_former_leader(details: WatchDetails) -> Post:
    """Build the card, without buttons, for a person who no longer leads the team."""
    return _plain(details, f"I've stopped watching ticket {details.ticket}, because you no longer lead the team.")


def _plain(details: WatchDetails, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="ticket")], card=details.card)
