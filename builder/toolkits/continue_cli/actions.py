"""How an action is done with the terminal program's tools; what has no tool is done with Bash."""

from __future__ import annotations

import re
import shlex

from builder import actions as do
from builder.conversation import Arguments
from builder.toolkits.continue_cli.shell_words import between_quotes
from builder.toolkits.continue_cli.terminal import JOB_ID
from builder.toolkits.continue_core.find_and_replace import replacement

Wording = tuple[str, Arguments]


def wordings(action: do.Action, root: str) -> list[Wording]:
    """Tool and arguments for an action, preferred first; empty where this client has no way to do it."""
    match action:
        case do.Edit() | do.Edits() | do.Create():
            return _changing(action, root)
        case do.Subagent() | do.Upload() | do.ReportFailure() | do.Exit():
            return _headless(action, root)
        case do.Ask() | do.Plan() | do.Skill() | do.Fetch():
            return _talking(action)
        case do.RawCall(tool=tool, arguments=arguments):
            return [(tool, arguments)]
        case do.Run() | do.CheckJob() | do.Diff() | do.Glob() | do.ReadRange():
            return _running(action)
        case _:
            return _looking(action)


def _looking(action: do.Action) -> list[Wording]:
    match action:
        case do.Read(path=path):
            return [("Read", {"filepath": path})]
        case do.Search():
            return [("Search", _search(action))]
        case do.List(path=path, recursive=True):
            return [("Bash", {"command": f"git ls-files {shlex.quote(path)}"})]
        case do.List(path=path):
            return [("List", {"dirpath": path})]
        case _:
            return []


def _search(action: do.Search) -> Arguments:
    words: Arguments = {"pattern": between_quotes(action.pattern)}
    if action.path:
        words["path"] = action.path
    if action.include:
        words["file_pattern"] = action.include
    return words


def _changing(action: do.Action, root: str) -> list[Wording]:
    match action:
        case do.Create(path=path, content=content):
            return [("Write", {"filepath": path, "content": content})]
        case do.Edit(path=path):
            place = f"{root}/{path}"
            return [
                ("MultiEdit", {"file_path": place, "edits": [replacement(action)]}),
                ("Edit", {"file_path": place, **replacement(action)}),
            ]
        case do.Edits(path=path, edits=edits):
            words: Arguments = {"file_path": f"{root}/{path}"}
            return [("MultiEdit", {**words, "edits": [replacement(e) for e in edits]})]
        case _:
            return []


def _running(action: do.Action) -> list[Wording]:
    match action:
        case do.Run(command=command):
            return [("Bash", {"command": command})]
        case do.CheckJob():
            return [("CheckBackgroundJob", {"job_id": JOB_ID})]
        case do.Diff():
            return [("Bash", {"command": "git diff"})]
        case do.Glob(pattern=pattern):
            return [("Bash", {"command": list_files_command(pattern)})]
        case do.ReadRange(path=path, start=start, end=end):
            return [("Bash", {"command": f"sed -n '{start},{end}p' {shlex.quote(path)}"})]
        case _:
            return []


def list_files_command(pattern: str) -> str:
    """A git command that lists the files that a glob pattern means; git knows no braces, so they unfold."""
    specs = []
    for one in unfold_braces(pattern):
        anywhere = one if "/" in one else f"**/{one}"
        specs.append(shlex.quote(f":(glob){anywhere}"))
    return "git ls-files " + " ".join(specs)


def unfold_braces(pattern: str) -> list[str]:
    """`a.{b,c}` → `a.b`, `a.c`."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        return [pattern]
    head, tail = pattern[: found.start()], pattern[found.end() :]
    return [one for part in found[1].split(",") for one in unfold_braces(head + part + tail)]


def _talking(action: do.Action) -> list[Wording]:
    match action:
        case do.Ask(question=question, options=options):
            return [("AskQuestion", {"question": question, "options": list(options)})]
        case do.Plan(items=items):
            lines = [f"- [{'x' if done else ' '}] {text}" for text, done in items]
            return [("Checklist", {"checklist": "\n".join(lines)})]
        case do.Skill(name=name):
            return [("Skills", {"skill_name": name})]
        case do.Fetch(url=url):
            return [("Fetch", {"url": url})]
        case _:
            return []


def _headless(action: do.Action, root: str) -> list[Wording]:
    match action:
        case do.Subagent(description=description, prompt=prompt, agent=agent):
            words: Arguments = {"description": description, "prompt": prompt}
            return [("Subagent", {**words, "subagent_name": agent})]
        case do.Upload(path=path):
            return [("UploadArtifact", {"filePath": f"{root}/{path}"})]
        case do.ReportFailure(message=message):
            return [("ReportFailure", {"errorMessage": message})]
        case do.Exit():
            return [("Exit", {})]
        case _:
            return []
