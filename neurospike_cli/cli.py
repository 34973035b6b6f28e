"""The command line: finds the subcommands, and alone turns exceptions into text and exit codes."""

from __future__ import annotations

import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Literal

import typer

from neurospike_cli import __version__, commands
from neurospike_cli.commands._session import Session, painted
from neurospike_cli.errors import Exit, NeuroSpikeError

#: Global options by the number of values they take; they may stand anywhere on the line.
_GLOBAL_FLAGS = {"-V", "--version", "-q", "--quiet", "-v", "--verbose", "--json", "--debug"}
_GLOBAL_VALUES = {"--color", "--progress"}

#: What the parser raises for a wrong command line. typer exports only this subclass of it, and the
#: package that defines it differs between typer's releases.
_CommandLineError: Any = typer.BadParameter.__mro__[2]

_SIGPIPE_STATUS = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run `neurospike` and return its exit code.

    Args:
        argv: the arguments after the program's name; without it, those of the process.
    """
    _take_every_name()
    arguments = _globals_first(list(sys.argv[1:] if argv is None else argv))
    try:
        _dispatch(arguments)
    except typer.Exit as exit_:
        return exit_.exit_code
    except NeuroSpikeError as error:
        _complain(str(error), arguments)
        return int(error.exit_code)
    except _CommandLineError as error:
        _complain(_command_line_text(error), arguments)
        return int(Exit.USAGE)
    except (KeyboardInterrupt, typer.Abort):
        _complain("error: interrupted", arguments)
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        return _leave_quietly()
    except OSError as error:
        _complain(_system_text(error), arguments)
        return int(Exit.RUN)
    except Exception as error:
        _complain(_internal_text(error), arguments)
        return int(Exit.INTERNAL)
    return int(Exit.OK)


def build_app() -> typer.Typer:
    """Return the application with every module of `commands/` as a subcommand."""
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(neurospike)
    # Not registry.module_names: the registry brings pydantic and would double the time of --help.
    for module in pkgutil.iter_modules(commands.__path__):
        if not module.name.startswith("_"):
            function = getattr(import_module(f"{commands.__name__}.{module.name}"), module.name)
            app.command(name=module.name)(function)
    return app


def neurospike(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and exit.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the result.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    color: Annotated[
        Literal["auto", "always", "never"], typer.Option(help="Colour on stderr.")
    ] = "auto",
    progress: Annotated[
        Literal["auto", "bar", "lines", "none"], typer.Option(help="How progress is shown.")
    ] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Spiking neural networks on event data, from one YAML file."""
    if version:
        print(f"neurospike {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        print(ctx.get_help(), file=sys.stderr)
        raise typer.Exit(int(Exit.USAGE))
    ctx.obj = Session(quiet, verbose, color, progress, json, debug)


def _dispatch(arguments: list[str]) -> None:
    command = typer.main.get_command(build_app())
    with command.make_context("neurospike", list(arguments)) as ctx:
        command.invoke(ctx)
    if sys.stdout is not None:
        sys.stdout.flush()  # here, so that a closed pipe is met inside `main`


def _take_every_name() -> None:
    """Make stdout UTF-8 in every locale, with the bytes of file names that are none."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="surrogateescape")


def _globals_first(arguments: list[str]) -> list[str]:
    """Move the global options before the subcommand: `train x.yaml --json` is what people type."""
    front: list[str] = []
    rest: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        if argument == "--":
            return [*front, *rest, argument, *pending]
        if argument in _GLOBAL_VALUES:
            value = next(pending, None)
            if value is None:
                return [*front, argument]  # alone, so that the parser says that it is missing
            front += [argument, value]
        elif argument in _GLOBAL_FLAGS or argument.partition("=")[0] in _GLOBAL_VALUES:
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def _complain(text: str, arguments: Sequence[str]) -> None:
    """Print an error to stderr, with `--debug` below its traceback."""
    if sys.stderr is None:
        return
    if "--debug" in arguments:
        traceback.print_exc()
    print(painted(text, _color_choice(arguments)), file=sys.stderr)


def _color_choice(arguments: Sequence[str]) -> str:
    """Return the value of `--color`: the session that parsed it is out of reach of an error."""
    joined = " ".join(arguments).replace("=", " ")
    return next((c for c in ("always", "never") if f"--color {c}" in joined), "auto")


def _command_line_text(error: Any) -> str:
    message = error.format_message().replace("Value error, ", "").rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "neurospike"
    return f"error: {message[:1].lower()}{message[1:]}\n  = see `{command} --help`"


def _system_text(error: OSError) -> str:
    """Say what no module foresaw, such as a full disk behind stdout."""
    where = "" if error.filename is None else f"\n  --> {error.filename}"
    return f"error: cannot read or write: {error.strerror or error}{where}"


def _internal_text(error: Exception) -> str:
    cause = f"{type(error).__name__}: {error}".strip().replace("\n", " ")
    return f"internal error: {cause}\n  = run again with --debug for the traceback"


def _leave_quietly() -> int:
    """The reader of stdout has gone: keep the interpreter from saying so when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _SIGPIPE_STATUS
