"""Tests of every Web API method: a valid call, documented errors, missing scopes and arguments, and the rate limit."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from sandbox import installs
from sandbox.api.arguments import FACTS, STRUCTURED
from sandbox.rate_limits import CALLS_PER_MINUTE
from sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Person
from tests.sandbox.method_facts import ANA, BEN, HOME, METHODS, MODAL, PNG, SUPPORT

Json = dict[str, Any]
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Caller:
    """A client that calls Web API methods, and replaces `{names}` in arguments by IDs of the prepared workspace."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox, self._session = sandbox, session
        self.person = Person(sandbox, session)
        self.scene: dict[str, str] = {}

    async def call(self, method: str, args: Json) -> Json:
        self.sandbox.clock.set(self.sandbox.clock.now() + timedelta(seconds=61))
        return (await self.answer(method, args))[1]

    async def answer(self, method: str, args: Json) -> tuple[int, Json]:
        app_level = method == "apps.connections.open"
        token = self.sandbox.app_token if app_level else self.sandbox.bot_token
        said = json.dumps(args)
        for name, value in self.scene.items():
            said = said.replace(f"{{{name}}}", value)
        return await self.post(method, token, said, as_form=FACTS[method].get("form", False))

    async def post(self, method: str, token: str, said: str, *, as_form: bool) -> tuple[int, Json]:
        kind = {} if as_form else {"Content-Type": "application/json; charset=utf-8"}
        async with self._session.post(
            f"{self.sandbox.api_url}{method}",
            data=form_of(json.loads(said)) if as_form else said,
            headers={"Authorization": f"Bearer {token}"} | kind,
        ) as answer:
            return answer.status, await answer.json()

    async def prepare_workspace(self) -> None:
        """Create the messages, channels, files and people needed to provoke the documented errors."""
        person, call = self.person, self.call
        workspace = self.sandbox._workspace
        place = {"user": "ana", "channel": "harbour-support"}
        scene = self.scene
        scene["ts"] = (await call("chat.postMessage", {"channel": SUPPORT, "text": "a"}))["ts"]
        scene["another"] = (await call("chat.postMessage", {"channel": SUPPORT, "text": "b"}))["ts"]
        scene["waved"] = (await call("chat.postMessage", {"channel": SUPPORT, "text": "c"}))["ts"]
        for ts in (scene["ts"], scene["waved"]):
            await call("reactions.add", {"channel": SUPPORT, "timestamp": ts, "name": "wave"})
        scene["anas"] = (await person.does("messages", **place, text="hello"))["ts"]
        scene["not_in"] = (await person.does("channels", channel="elsewhere"))["channel"]["id"]
        scene["private"] = (await person.does("channels", channel="secret", is_private=True))["channel"]["id"]
        old = (await person.does("channels", channel="old", add=["steward", "ana"]))["channel"]
        scene["old"] = (await person.does("messages", user="ana", channel="old", text="then"))["ts"]
        scene["archived"] = (await person.does("channels", channel=old["id"], archived=True))["channel"]["id"]
        scene["gone"] = (await person.does("users", user="gina", real_name="Gina", deleted=True))["user"]["id"]
        scene["dm"] = (await call("conversations.open", {"users": "U0ELI00000"}))["channel"]["id"]
        scene["tomorrow"] = str(int((self.sandbox.clock.now() + timedelta(days=1)).timestamp()))
        later = {"channel": SUPPORT, "text": "later", "post_at": scene["tomorrow"]}
        scene["scheduled"] = (await call("chat.scheduleMessage", later))["scheduled_message_id"]
        for name in ("file", "old_file"):
            file = await call("files.getUploadURLExternal", PNG)
            await self._session.post(file["upload_url"], data=b"png")
            scene[name] = file["file_id"]
        await call("views.publish", {"user_id": ANA, "view": HOME | {"external_id": "taken"}})
        opened = await call("views.open", {"trigger_id": workspace.triggers.make(BEN), "view": MODAL})
        scene["view"] = opened["view"]["id"]
        scene["spent"] = workspace.triggers.make(ANA)
        workspace.triggers.spend(scene["spent"])
        scene["late"] = workspace.triggers.make(ANA)
        workspace.triggers._made[scene["late"]].made -= 4

    def renew_ids(self) -> None:
        """Create new trigger IDs and a new OAuth code, because each works once, and install the app if it is not."""
        triggers = self.sandbox._workspace.triggers
        self.scene |= {"trigger": triggers.make(ANA), "in_view": triggers.make(BEN, self.scene["view"])}
        self.scene |= {"client_id": self.sandbox.client_id, "client_secret": self.sandbox.client_secret}
        with self.sandbox._workspace.change():
            if self.sandbox._workspace.setting("uninstalled"):
                installs.install(self.sandbox._workspace, ANA, None)
            self.scene["code"] = installs.make_code(self.sandbox._workspace, ANA, None, None)


def form_of(said: Json) -> dict[str, str]:
    """Return arguments as form fields: strings as they are, everything else as JSON."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in said.items()}


async def _caller(data: Path, manifest: Json | None = None) -> AsyncIterator[Caller]:
    sandbox = Sandbox(data, port=0, manifest=manifest)
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        yield Caller(sandbox, session)
    await sandbox.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    async for caller in _caller(tmp_path_factory.mktemp("sandbox")):
        await caller.prepare_workspace()
        yield caller


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    """Yield a client with the token of an app whose manifest requests no scopes."""
    async for caller in _caller(tmp_path_factory.mktemp("sandbox"), {"features": {}}):
        yield caller


async def test_example_calls_cover_every_web_api_method() -> None:
    assert METHODS.keys() == FACTS.keys()


@pytest.mark.parametrize("method", [each for each in METHODS if each != "oauth.v2.exchange"])
async def test_valid_call_of_each_method_succeeds(caller: Caller, method: str) -> None:
    caller.renew_ids()
    answer = await caller.call(method, METHODS[method][0])

    assert answer["ok"], answer


WRONG = [(method, args, error) for method, (_, wrong) in METHODS.items() for args, error in wrong]


@pytest.mark.parametrize(("method", "args", "error"), WRONG)
async def test_invalid_call_returns_the_documented_error(caller: Caller, method: str, args: Json, error: str) -> None:
    caller.renew_ids()
    answer = await caller.call(method, args)

    assert (answer["ok"], answer.get("error")) == (False, error), answer


MISSING = [(method, name) for method, facts in FACTS.items() for name in facts["required"]]


@pytest.mark.parametrize(("method", "name"), MISSING)
async def test_error_names_the_missing_required_argument(caller: Caller, method: str, name: str) -> None:
    caller.renew_ids()
    args = {key: value for key, value in METHODS[method][0].items() if key != name}
    answer = await caller.call(method, args)

    assert answer["error"] == "invalid_arguments"
    assert f"[ERROR] missing required field: {name}" in answer["response_metadata"]["messages"]


EMPTY = [
    ("chat.postMessage", "channel", "channel_not_found"),
    ("chat.update", "channel", "channel_not_found"),
    ("chat.update", "ts", "message_not_found"),
    ("chat.delete", "ts", "message_not_found"),
    ("chat.getPermalink", "message_ts", "message_not_found"),
    ("chat.postEphemeral", "user", "user_not_in_channel"),
    ("chat.scheduleMessage", "post_at", "invalid_arguments"),
    ("chat.deleteScheduledMessage", "scheduled_message_id", "invalid_scheduled_message_id"),
    ("conversations.history", "channel", "channel_not_found"),
    ("conversations.info", "channel", "channel_not_found"),
    ("conversations.join", "channel", "channel_not_found"),
    ("conversations.members", "channel", "channel_not_found"),
    ("conversations.replies", "channel", "channel_not_found"),
    ("conversations.replies", "ts", "thread_not_found"),
    ("dnd.teamInfo", "users", "no_users_provided"),
    ("files.completeUploadExternal", "files", "invalid_arguments"),
    ("files.getUploadURLExternal", "filename", "missing_argument"),
    ("files.getUploadURLExternal", "length", "invalid_arguments"),
    ("files.delete", "file", "file_not_found"),
    ("files.info", "file", "file_not_found"),
    ("reactions.add", "name", "invalid_name"),
    ("reactions.remove", "name", "invalid_name"),
    ("usergroups.users.list", "usergroup", "no_such_subteam"),
    ("users.info", "user", "user_not_found"),
    ("users.lookupByEmail", "email", "users_not_found"),
    ("users.profile.get", "user", "user_not_found"),
    ("views.open", "trigger_id", "invalid_trigger_id"),
    ("views.push", "trigger_id", "invalid_trigger_id"),
    ("views.open", "view", "invalid_arguments"),
    ("views.publish", "user_id", "user_not_found"),
    ("views.update", "view_id", "not_found"),
]


@pytest.mark.parametrize(("method", "name", "error"), EMPTY)
async def test_empty_argument_and_missing_argument_return_different_errors(
    caller: Caller, method: str, name: str, error: str
) -> None:
    caller.renew_ids()
    answer = await caller.call(method, METHODS[method][0] | {name: ""})

    assert answer.get("error") == error, answer
    assert f"[ERROR] missing required field: {name}" not in answer.get("response_metadata", {}).get("messages", [])


FORMS = [method for method, facts in FACTS.items() if facts.get("form") and method != "auth.revoke"]
"""Methods that take forms; `auth.revoke` is left out, because it would revoke the token that later tests need."""


@pytest.mark.parametrize("method", FORMS)
async def test_method_that_takes_a_form_ignores_a_json_body(caller: Caller, method: str) -> None:
    workspace, args = caller.sandbox._workspace, METHODS[method][0]
    caller.sandbox.clock.set(caller.sandbox.clock.now() + timedelta(seconds=61))
    token = caller.sandbox.bot_token
    _, answer = await caller.post(method, token, json.dumps(args), as_form=False)
    _, without = await caller.post(method, token, "{}", as_form=False)

    assert answer | {"cache_ts": 0} == without | {"cache_ts": 0}
    assert answer["ok"] != bool(FACTS[method]["required"] or method == "reactions.get")
    assert workspace.calls[-2]["args"] == {}


@pytest.mark.parametrize(
    ("method", "args"),
    [("users.list", {"limit": "2"}), ("conversations.list", {"types": "im"}), ("users.info", {"user": ANA})],
)
async def test_method_that_ignores_a_json_body_reads_the_query(
    caller: Caller, method: str, args: dict[str, str]
) -> None:
    caller.sandbox.clock.set(caller.sandbox.clock.now() + timedelta(seconds=61))
    token = caller.sandbox.bot_token
    _, lost = await caller.post(method, token, json.dumps(args), as_form=False)
    _, found = await caller.post(f"{method}?{urlencode(args)}", token, "{}", as_form=False)

    assert found["ok"]
    assert lost != found


def wrong_values(name: str, kind: str, in_a_form: bool) -> Iterator[tuple[Any, str, str]]:
    """Yield values of the wrong type for an argument, each with the expected error and error message.

    All values in a form are strings, so string arguments cannot have the wrong type there.
    """
    if name in STRUCTURED:
        yield "{broken", STRUCTURED[name][1], ""
    elif kind in ("number", "integer"):
        yield "many", "invalid_arguments", "must be an integer"
    elif kind == "boolean":
        yield "perhaps", "invalid_arguments", "must be a boolean"
    elif "string" in kind and not in_a_form:
        yield {"a": 1}, "invalid_arguments", "must be a string"


@pytest.mark.parametrize("method", [method for method, facts in FACTS.items() if facts["args"]])
async def test_argument_of_the_wrong_type_is_rejected(caller: Caller, method: str) -> None:
    for name, kind in FACTS[method]["args"].items():
        for value, error, reason in wrong_values(name, kind, FACTS[method].get("form", False)):
            answer = await caller.call(method, METHODS[method][0] | {name: value})
            said = [f"[ERROR] {reason} [json-pointer:/{name}]"] if reason else []

            assert answer["error"] == error, name
            assert answer.get("response_metadata", {}).get("messages", []) == said


@pytest.mark.parametrize("method", [method for method, facts in FACTS.items() if facts["scopes"]])
async def test_error_names_the_missing_scope(stranger: Caller, method: str) -> None:
    answer = await stranger.call(method, METHODS[method][0])

    assert (answer["error"], answer["provided"]) == ("missing_scope", "")
    assert answer["needed"] == ",".join(FACTS[method]["scopes"])


@pytest.mark.parametrize("method", METHODS)
async def test_web_api_call_above_the_rate_limit_is_rejected(caller: Caller, method: str) -> None:
    workspace, tier = caller.sandbox._workspace, FACTS[method]["tier"]
    caller.sandbox.clock.set(caller.sandbox.clock.now() + timedelta(seconds=61))
    for _ in range(CALLS_PER_MINUTE[tier]):
        workspace.rates.call(method, tier, caller.sandbox.clock.now())

    assert await caller.answer(method, METHODS[method][0]) == (429, {"ok": False, "error": "ratelimited"})
