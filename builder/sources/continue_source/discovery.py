"""Discovery from end to end: a source and a ref become the surfaces of Continue.

repository.py opens the source, offers.py and definitions.py find the tools, tools.py evaluates them. Writes
nothing; checklist.py turns the result into a report.
"""

from builder.errors import DiscoveryError, SourceError
from builder.sources.continue_source.conditions import Path
from builder.sources.continue_source.definitions import find_definitions, is_tool_list
from builder.sources.continue_source.evaluator import Evaluator
from builder.sources.continue_source.gates import gates_of
from builder.sources.continue_source.layout import (
    CLI,
    IDE,
    SOURCE_ENDINGS,
    TEST_ENDINGS,
    SurfaceLayout,
)
from builder.sources.continue_source.modules import Modules, Site
from builder.sources.continue_source.offers import merged, read_offers
from builder.sources.continue_source.repository import SourceTree, open_tree
from builder.sources.continue_source.system_messages import read_system_messages
from builder.sources.continue_source.tools import tool_spec
from builder.sources.continue_source.values import UndecidedError
from builder.tool_spec import Surface, ToolSpec


def discover(source: str, ref: str | None = None) -> dict[str, Surface]:
    """The surfaces of Continue at a ref, by name: "ide", and "cli" where the release has it.

    `source`: a checkout, a bare repository or a URL. `ref`: branch, tag or commit; None is its HEAD.
    Raises SourceError (no repository, no Continue, unknown ref, unreachable) and DiscoveryError (a form
    that cannot be evaluated, with file and line).
    """
    with open_tree(source, ref) as tree:
        return surfaces_of(tree, source)


def surfaces_of(tree: SourceTree, source: str) -> dict[str, Surface]:
    """The surfaces of an opened source; `source` is for messages."""
    present = [(layout, path) for layout in (IDE, CLI) if (path := _list_file(tree, layout))]
    if not any(layout is IDE for layout, _ in present):
        looked_for = ", ".join(IDE.list_files + CLI.list_files)
        raise SourceError(
            f"{source} at {tree.ref} is no source of Continue: looked for {looked_for}."
            " Give a clone of github.com/continuedev/continue."
        )
    evaluator = Evaluator(Modules(tree))
    try:
        return {layout.name: _surface(tree, evaluator, layout, path) for layout, path in present}
    except RecursionError as error:
        raise DiscoveryError(
            f"{source} at {tree.ref}: an expression is nested too deeply"
        ) from error
    except UndecidedError as error:
        raise DiscoveryError(f"{source} at {tree.ref}: {error}") from error


def _list_file(tree: SourceTree, layout: SurfaceLayout) -> str | None:
    return next(filter(tree.exists, layout.list_files), None)


def _surface(tree: SourceTree, evaluator: Evaluator, layout: SurfaceLayout, path: str) -> Surface:
    return Surface(
        name=layout.name,
        ref=tree.ref,
        commit=tree.commit,
        tools=tuple(_tools(tree, evaluator, layout, path)),
        system_messages=read_system_messages(evaluator, tree) if layout is IDE else {},
    )


def _tools(
    tree: SourceTree, evaluator: Evaluator, layout: SurfaceLayout, path: str
) -> list[ToolSpec]:
    """The offered tools in the order of the lists, then those that are only defined."""
    offers = _offers(evaluator.modules, layout, path)
    offered = [
        tool_spec(evaluator, site, gates_of(layout.name, conditions), offered=True)
        for site, conditions in offers.items()
    ]
    others = [s for s in _definitions(tree, evaluator.modules, layout, path) if s not in offers]
    return offered + [tool_spec(evaluator, site, (), offered=False) for site in others]


def _offers(modules: Modules, layout: SurfaceLayout, path: str) -> dict[Site, Path]:
    lists = [_first_list(modules, path, names) for names in layout.entries]
    if lists[0] is None:
        expected = ", ".join(layout.entries[0])
        raise DiscoveryError(f"{path}:1: exports none of the known lists of tools: {expected}")
    offers = merged([offer for site in lists if site for offer in read_offers(modules, site)])
    _refuse_unknown_lists(modules, layout, path, offers)
    return offers


def _first_list(modules: Modules, path: str, names: tuple[str, ...]) -> Site | None:
    places = (modules.exported(path, name) for name in names)
    return next((place for place in places if isinstance(place, Site)), None)


def _refuse_unknown_lists(
    modules: Modules, layout: SurfaceLayout, path: str, offers: dict[Site, Path]
) -> None:
    """A list that discovery does not know may be sent too; its tools must not pass for unoffered."""
    module = modules.load(path)
    known = {name for names in layout.entries for name in names}
    for name in sorted(set(module.exports) - known):
        node = module.declarations.get(module.exports[name])
        if node is None or not is_tool_list(node):
            continue
        for offer in read_offers(modules, Site(path, module.exports[name])):
            if offer.site not in offers:
                raise DiscoveryError(
                    f"{module.at(node)}: the list {name} has {offer.site.name}, which no known list"
                    " offers; add the list to layout.py"
                )


def _definitions(
    tree: SourceTree, modules: Modules, layout: SurfaceLayout, list_file: str
) -> list[Site]:
    paths = [path for folder in layout.folders for path in tree.under(folder, SOURCE_ENDINGS)]
    return find_definitions(
        modules, [path for path in paths if path != list_file and not path.endswith(TEST_ENDINGS)]
    )
