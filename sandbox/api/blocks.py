"""Method blocks.validate: reports whether Slack would accept blocks, a message or a view."""

from sandbox.api.methods import Call, method
from sandbox.blocks import validation
from sandbox.blocks.validators import Problem
from sandbox.slack_types import SlackError

KINDS = ("blocks", "message", "view")


@method("blocks.validate")
def validate(call: Call) -> None:
    given = [kind for kind in KINDS if kind in call.args]
    if len(given) != 1:
        raise SlackError("invalid_arguments", "must provide exactly one of `blocks`, `view`, or `message`")
    kind = given[0]
    if kind == "view":
        problems = validation.view_problems(call.args["view"], at="")
    elif kind == "message":
        problems = validation.message_problems(call.args["message"].get("blocks") or [], "/blocks")
    else:
        problems = validation.message_problems(call.args["blocks"], "")
    if problems:
        raise SlackError(f"invalid_{kind}", errors=[_described(problem) for problem in problems])


def _described(problem: Problem) -> dict[str, str]:
    return {"code": "failed_constraint", "message": problem.message, "pointer": problem.pointer}
