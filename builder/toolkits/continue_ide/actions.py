"""How an action is done with the IDE extension's tools."""

from __future__ import annotations

from collections.abc import Sequence

from builder import actions as do
from builder.conversation import Arguments
from builder.toolkits.continue_core.find_and_replace import replacement
from builder.toolkits.continue_ide.search_replace_blocks import write_block

Wording = tuple[str, Arguments]


def wordings(action: do.Action) -> list[Wording]:
    """Tool and arguments for an action, preferred first; empty where this client has no way to do it."""
    match action:
        case do.Edit() | do.Edits() | do.LazyEdit() | do.Create():
            return _changing(action)
        case do.Run() | do.Background():
            return _running(action)
        case do.Rule() | do.Skill() | do.NewRule() | do.Fetch() | do.WebSearch():
            return _knowing(action)
        case do.RepoMap() | do.Subdirectory() | do.Codebase():
            return _indexed(action)
        case do.RawCall(tool=tool, arguments=arguments):
            return [(tool, arguments)]
        case _:
            return _looking(action)


def _looking(action: do.Action) -> list[Wording]:
    match action:
        case do.Read(path=path):
            return [("read_file", {"filepath": path})]
        case do.ReadRange(path=path, start=start, end=end):
            return [("read_file_range", {"filepath": path, "startLine": start, "endLine": end})]
        case do.Search(pattern=pattern):
            return [("grep_search", {"query": pattern})]
        case do.Glob(pattern=pattern):
            return [("file_glob_search", {"pattern": pattern})]
        case do.List(path=path, recursive=recursive):
            return [("ls", {"dirPath": path, "recursive": recursive})]
        case do.Diff():
            return [("view_diff", {})]
        case do.OpenFile():
            return [("read_currently_open_file", {})]
        case _:
            return []


def _changing(action: do.Action) -> list[Wording]:
    match action:
        case do.Create(path=path, content=content):
            return [("create_new_file", {"filepath": path, "contents": content})]
        case do.Edit(path=path):
            one = {"filepath": path, **replacement(action)}
            return [
                ("multi_edit", {"filepath": path, "edits": [replacement(action)]}),
                ("single_find_and_replace", one),
                *_as_blocks(path, (action,)),
            ]
        case do.Edits(path=path, edits=edits):
            several: Arguments = {"filepath": path, "edits": [replacement(e) for e in edits]}
            return [("multi_edit", several), *_as_blocks(path, edits)]
        case do.LazyEdit(path=path, changes=changes):
            return [("edit_existing_file", {"filepath": path, "changes": changes})]
        case _:
            return []


def _as_blocks(path: str, edits: Sequence[do.Edit]) -> list[Wording]:
    """For early releases, which took a list of texts and before that one text."""
    blocks = [write_block(edit) for edit in edits]
    written = [block for block in blocks if block is not None]
    if len(written) < len(blocks):
        return []
    name = "search_and_replace_in_file"
    return [
        (name, {"filepath": path, "diffs": written}),
        (name, {"filepath": path, "diff": "\n\n".join(written)}),
    ]


def _running(action: do.Action) -> list[Wording]:
    match action:
        case do.Run(command=command):
            return [("run_terminal_command", {"command": command})]
        case do.Background(command=command):
            return [("run_terminal_command", {"command": command, "waitForCompletion": False})]
        case _:
            return []


def _knowing(action: do.Action) -> list[Wording]:
    match action:
        case do.Rule(name=name):
            return [("request_rule", {"name": name})]
        case do.Skill(name=name):
            return [("read_skill", {"skillName": name})]
        case do.NewRule():
            return [("create_rule_block", _new_rule(action))]
        case do.Fetch(url=url):
            return [("fetch_url_content", {"url": url})]
        case do.WebSearch(query=query):
            return [("search_web", {"query": query})]
        case _:
            return []


def _new_rule(action: do.NewRule) -> Arguments:
    words: Arguments = {"name": action.name, "rule": action.rule}
    if action.description:
        words["description"] = action.description
    if action.globs:
        words["globs"] = action.globs
    if action.always:
        words["alwaysApply"] = True
    return words


def _indexed(action: do.Action) -> list[Wording]:
    match action:
        case do.RepoMap():
            return [("view_repo_map", {})]
        case do.Subdirectory(path=path):
            return [("view_subdirectory", {"directory_path": path})]
        case do.Codebase(query=query):
            return [("codebase", {"query": query})]
        case _:
            return []
