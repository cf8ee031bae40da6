"""The commands about tools: what there are, what a model is offered, one call played by hand. Wiring only."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from builder.control_characters import make_visible
from builder.options import JsonOption, OfflineOption, RefOption, SourceOption, print_json

app = typer.Typer()


@app.command()
def discover(
    *, source: SourceOption = None, ref: RefOption = None, offline: OfflineOption = False, as_json: JsonOption = False
) -> None:  # fmt: skip
    """List the tools that Continue defines, with their schemas and gates."""
    import msgspec

    from builder.config import RunConfig
    from builder.toolsets import discover_surfaces

    found = discover_surfaces(RunConfig(source=source, ref=ref, offline=offline))
    sys.stderr.write(f"tools from {found.origin}\n")
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found.surfaces), indent=1).decode() + "\n")  # fmt: skip
    else:
        sys.stdout.write(found.report)


@app.command()
def play(
    toolset: Annotated[
        str, typer.Argument(help="A toolset, e.g. continue-ide/open, coding, python:my_tools.py.")
    ],
    tool: Annotated[str, typer.Argument(help="The name of one of its tools.")],
    arguments: Annotated[str, typer.Argument(help="A JSON object.")] = "{}",
    *,
    workspace: Annotated[
        str, typer.Option(help="A packaged workspace's name or a directory.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Allow what the tool asks leave for.")] = False,
) -> None:
    """Play one call in a copy of a workspace and print its result; exit 1 if the tool failed."""
    from builder.single_call import call_tool

    def confirm(question: str) -> bool:
        if not yes:
            sys.stderr.write(question)
            sys.stderr.flush()
        return yes or sys.stdin.readline().strip().lower() in ("y", "yes")

    called = call_tool(toolset, tool, arguments, workspace, confirm)
    if called.text is None:
        sys.stderr.write(f"{tool} cannot be played here: an example would end at this call\n")
        raise typer.Exit(1)
    is_read = sys.stdout.isatty()  # a person must not have their terminal driven
    sys.stdout.write((make_visible(called.text) if is_read else called.text) + "\n")
    facts = [f"isolation: {called.isolation}"] if called.isolation else []
    facts += [f"changed: {', '.join(called.changed)}"] if called.changed else []
    sys.stderr.write("".join(f"{fact}\n" for fact in facts))
    if not called.ok:
        raise typer.Exit(1)


@app.command("toolset-for")
def toolset_for(
    model: Annotated[str, typer.Argument(help="The model's name, as the configuration has it, e.g. qwen3-coder:30b.")],
    *, provider: Annotated[str, typer.Option(help="The provider that runs it.")] = "ollama",
    title: Annotated[str, typer.Option(help="Its title in the configuration, if it has another.")] = "",
    tool_use: Annotated[bool | None, typer.Option(help="What the configuration's capabilities say, if anything.")] = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say which toolset Continue offers a model, in the editor and in the terminal, and how it must call."""
    from builder.toolkits.continue_core import model_support

    offer = model_support.toolset_for(provider, model, title=title, declared=tool_use)
    if as_json:
        print_json({"model": model, "provider": provider, **offer._asdict()})
        return
    sys.stdout.write(f"editor    {offer.ide:<26} calls: {offer.ide_calls}\n")
    sys.stdout.write(f"terminal  {offer.cli:<26} calls: {offer.cli_calls}\n")
