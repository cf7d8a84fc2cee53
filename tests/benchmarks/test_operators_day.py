"""The operator's day without its servers: its table names every problem that the doctor reports, and every alert."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from benchmarks.operators_day import __main__ as day
from benchmarks.operators_day import servers, table
from benchmarks.operators_day.table import ROWS

ROOT = Path(__file__).parents[2]
DOCTOR = ROOT / "bot" / "doctor"
ANY = ".*"
STEPS = "".join(file.read_text() for file in sorted(Path(day.__file__).parent.glob("*.py")))


def reported() -> Iterator[tuple[str, str]]:
    """Yield where the doctor makes a problem, and a pattern of the line that it prints."""
    for file in sorted(DOCTOR.glob("*.py")):
        module = importlib.import_module(f"bot.doctor.{file.stem}")
        tree = ast.parse(file.read_text())
        functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in [*functions, tree]:
            for call in _problems(function):
                names = dict(vars(module)) | dict(_assigned(function, call.lineno) if function is not tree else ())
                about, says, fix = [*(_pattern(each, names) for each in call.args), ANY][:3]
                yield f"{file.name}:{call.lineno}", f"problem: {about}: {says} Fix: {fix}"


def _problems(within: ast.AST) -> Iterator[ast.Call]:
    for each in ast.iter_child_nodes(within):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "problem_finding":
            yield each
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _problems(each)


def _assigned(function: ast.AST, before: int) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a function has assigned before a line, with the expressions."""
    found = [each for each in ast.walk(function) if isinstance(each, ast.Assign) and each.lineno < before]
    for each in sorted(found, key=lambda each: each.lineno):
        if isinstance(each.targets[0], ast.Name):
            yield each.targets[0].id, each.value


def _pattern(expression: ast.expr, names: dict[str, object]) -> str:
    """Return a pattern of the text that an expression gives, with anything in place of what is only known later."""
    match expression:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=values):
            return "".join(_pattern(each, names) for each in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _pattern(left, names) + _pattern(right, names)
        case ast.IfExp(body=one, orelse=other):
            return f"(?:{_pattern(one, names)}|{_pattern(other, names)})"
        case ast.FormattedValue(value=ast.expr() as value):
            return _pattern(value, names)
        case ast.Name(id=name):
            return _known(names.get(name), {each: value for each, value in names.items() if each != name})
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return _known(getattr(names.get(name), attribute, None), names)
    return ANY


def _known(value: object, names: dict[str, object]) -> str:
    if isinstance(value, ast.expr):
        return _pattern(value, names)
    return re.escape(value) if isinstance(value, str) else ANY


PROBLEMS = dict(reported())


def test_every_problem_that_the_doctor_reports_has_a_row() -> None:
    lines = [row.line for row in ROWS.values()]
    without = [where for where, line in PROBLEMS.items() if not any(re.fullmatch(line, each) for each in lines)]

    assert len(PROBLEMS) > 40
    assert without == []


def test_every_row_is_a_problem_that_the_doctor_reports_in_these_words() -> None:
    stale = [name for name, row in ROWS.items() if not any(re.fullmatch(each, row.line) for each in PROBLEMS.values())]

    assert stale == []


def test_every_row_is_shown_by_the_day_or_by_a_test_that_exists() -> None:
    for name, row in ROWS.items():
        if not row.elsewhere:
            assert f'"{name}"' in STEPS
            continue
        file, _, test = row.elsewhere.partition("::")
        assert f'"{name}"' not in STEPS
        assert f"def {test}(" in (ROOT / file).read_text()


def test_every_alert_fires_in_the_day_or_says_why_not() -> None:
    rules = yaml.safe_load(servers.ALERTS.read_text())["groups"][0]["rules"]
    names = {each["alert"] for each in rules}
    fired = {row.alert for row in ROWS.values() if row.alert} | set(re.findall(r'fires\("(\w+)"\)', STEPS))

    assert fired <= names
    assert names - fired == servers.NOT_FIRED.keys()


def test_problem_that_is_missing_or_unexpected_is_a_mismatch() -> None:
    line = ROWS["missing key"].line.replace("{fingerprint}", "0123456789abcdef")
    name, other = "missing key", "empty database"

    assert table.mismatches([name], ["ok: Settings: All settings are valid.", line]) == []
    assert table.mismatches([], [line]) == [f"not expected: {line}"]
    assert table.mismatches([name, other], [line]) == [f"not found: {other}"]
    assert len(table.mismatches([name], [line.replace("put back", "make")])) == 2


def test_sample_of_the_proxy_is_used_with_both_replicas_and_without_certificates(tmp_path: Path) -> None:
    written = servers.nginx_configuration(tmp_path, 8080, [3001, 3002])

    servers_of_both = re.findall(r"^\s*server (127.*);", written, re.MULTILINE)
    assert servers_of_both == ["127.0.0.1:3001 max_fails=0", "127.0.0.1:3002 max_fails=0"]
    assert "listen 127.0.0.1:8080;" in written
    assert "ssl" not in written


def test_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(servers, "PACKAGES", {"no-such-program": "some-package"})
    monkeypatch.setattr("sys.argv", ["operators_day"])
    with pytest.raises(SystemExit) as ended:
        day.main()

    assert ended.value.code == 2
    assert capsys.readouterr().out == "Not installed: some-package. Install with: apt-get install -y some-package\n"
