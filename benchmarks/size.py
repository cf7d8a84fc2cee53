"""Report the amount and structure of the code: `python -m benchmarks.size [FOLDER]`.

Blank lines, comments and docstrings do not count as lines of code.
"""

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TOPS = ("bot", "handlers", "schedules")
NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
SMALL, LARGE = 40, 320
"""A file with fewer lines probably belongs to another file; one with more should probably be split."""
VAGUE = ("settle", "keep", "look", "tell", "hold", "close", "begin", "read", "of")
"""Function names that are too vague to be used often."""
JOB = "Occurrence"


def code_lines(source: str) -> int:
    """Count the lines of code in a module."""
    alone = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - alone)


def files(root: Path) -> Iterator[Path]:
    for top in TOPS:
        yield from sorted((root / top).rglob("*.py"))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a module, without methods."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_step(file: Path) -> bool:
    return "versions" in file.parts


def main(root: Path) -> None:
    every = list(files(root))
    lines = {file: code_lines(file.read_text()) for file in every}
    for top in TOPS:
        print(f"{top:12} {sum(count for file, count in lines.items() if file.relative_to(root).parts[0] == top):6}")
    print(f"{'together':12} {sum(lines.values()):6}")
    print(f"{'without migrations':12} {sum(count for file, count in lines.items() if not is_step(file)):6}")
    ours = [file for file in every if file.relative_to(root).parts[0] == "bot" and not is_step(file)]
    length = {file: len(file.read_text().splitlines()) for file in ours}
    small = [file for file in ours if length[file] < SMALL and file.name not in ("__init__.py", "__main__.py")]
    print(f"files of bot/ under {SMALL} lines: {len(small)}; over {LARGE}: {sum(n > LARGE for n in length.values())}")
    jobs = [(function, file) for file in every if "schedules" in file.parts for function in functions(file)]
    other = [function for function, _ in jobs if JOB not in ast.unparse(function.args)]
    print(f"functions of schedules/ without an {JOB}: {len(other)} of {len(jobs)}")
    named = Counter(function.name for file in every for function in functions(file))
    print(", ".join(f"{name} {named[name]}" for name in VAGUE))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
