"""Names followed from file to file: imports, re-exports, and where a name is declared in the end.

Follows relative imports, the aliases of the terminal program (`core/…`, `src/…`) and `.js` for `.ts`.
module_syntax.py reads the single file; evaluator.py computes values.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple, Protocol

from builder.errors import DiscoveryError
from builder.sources.continue_source.module_syntax import WHOLE, Import, Module, read_module
from builder.sources.continue_source.typescript import parse
from builder.sources.continue_source.values import UndecidedError

_ENDINGS = (".ts", ".tsx", "/index.ts", "/index.tsx")


class Files(Protocol):
    """What modules need of a source tree."""

    def exists(self, path: str) -> bool: ...
    def read(self, path: str) -> bytes: ...


class Site(NamedTuple):
    """Where a name is declared: a path and the name there. WHOLE is the module itself."""

    path: str
    name: str


class External(NamedTuple):
    """A name of a package that is no part of the source."""

    specifier: str
    name: str


class Modules:
    """Every module that was looked at, parsed once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._modules: dict[str, Module] = {}

    def load(self, path: str) -> Module:
        """The module of a file that exists."""
        if path not in self._modules:
            try:
                self._modules[path] = read_module(path, parse(self._files.read(path), path))
            except UndecidedError as error:
                raise DiscoveryError(f"{path}: {error}") from error
        return self._modules[path]

    def resolve(self, importer: str, specifier: str) -> str | None:
        """The path that an import leads to; None for a package or a file that is not in the tree."""
        base = _base_path(importer, specifier)
        if base is None:
            return None
        stem = re.sub(r"\.(m|c)?jsx?$", "", base)
        candidates = [base] if base.endswith((".ts", ".tsx")) else []
        candidates += [stem + ending for ending in _ENDINGS]
        return next((path for path in candidates if self._files.exists(path)), None)

    def local(self, module: Module, name: str) -> Site | External | None:
        """Where a name that a file uses comes from; None when it is neither declared nor imported."""
        if name in module.declarations:
            return Site(module.path, name)
        if name in module.imports:
            return self._imported(module, module.imports[name])
        return None

    def exported(self, path: str, name: str) -> Site | External | None:
        """Where a name that a file exports comes from."""
        return self._exported(path, name, frozenset())

    def exported_names(self, path: str, seen: frozenset[str] = frozenset()) -> list[str]:
        """What a file exports, including what it passes on with `export *`."""
        module = self.load(path)
        names = dict.fromkeys([*module.exports, *module.reexports])
        for star in module.stars:
            target = self.resolve(path, star)
            if target is not None and target not in seen:
                passed_on = self.exported_names(target, seen | {path})
                names |= dict.fromkeys(name for name in passed_on if name != "default")
        return list(names)

    def _imported(
        self, module: Module, wanted: Import, seen: frozenset[Site] = frozenset()
    ) -> Site | External | None:
        path = self.resolve(module.path, wanted.specifier)
        if path is None:
            return External(wanted.specifier, wanted.name)
        if wanted.name == WHOLE:
            return Site(path, WHOLE)
        return self._exported(path, wanted.name, seen)

    def _exported(self, path: str, name: str, seen: frozenset[Site]) -> Site | External | None:
        asked = Site(path, name)
        if asked in seen:
            return None
        seen = seen | {asked}
        module = self.load(path)
        if name in module.exports:
            declared = module.exports[name]
            if declared in module.imports:
                return self._imported(module, module.imports[declared], seen)
            return Site(path, declared)
        if name in module.reexports:
            return self._imported(module, module.reexports[name], seen)
        sources = (self._imported(module, Import(star, name), seen) for star in module.stars)
        return next((site for site in sources if isinstance(site, Site)), None)


def _base_path(importer: str, specifier: str) -> str | None:
    if specifier.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    if specifier == "core" or specifier.startswith("core/"):
        return specifier
    if specifier.startswith("src/") and "/src/" in importer:
        return importer.split("/src/", 1)[0] + "/" + specifier
    return None
