"""Hook of mkdocs: a link from a page to a file of the repository leads to a page that shows it.

The pages link to source files by relative paths, which work on GitHub and in a checkout. For the
site, each file or folder that is linked becomes a page of its own below ``source/``.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(?<=\]\()(?!\w+:|[#/])[^)#\s]+(?=[)#])")
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"
LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".csv": "text"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for every file and folder that a page links to, and for what these link to."""
    pages = [(file.content_string, f"docs/{file.src_uri}") for file in files.documentation_pages()]
    while pages:
        for path in outside(*pages.pop()):
            uri = f"source/{path}.md"
            if files.get_file_from_path(uri) is None:
                text = shown(ROOT / path)
                unlisted = InclusionLevel.NOT_IN_NAV
                files.append(File.generated(config, uri, content=text, inclusion=unlisted))
                pages += [(text, path)] if path.endswith(".md") else []
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links that leave ``docs/`` lead to the pages of `on_files`."""
    uri = page.file.src_uri
    if is_source(uri) and not uri.endswith(".md.md"):
        return markdown  # code, in which `x[i](t)` is not a link
    place = uri.removeprefix("source/").removesuffix(".md") if is_source(uri) else f"docs/{uri}"

    def lead(match: re.Match[str]) -> str:
        path = resolve(match[0], place)
        if path.startswith("docs/") and not is_source(uri):
            return match[0]
        target = path.removeprefix("docs/") if path.startswith("docs/") else f"source/{path}.md"
        return posixpath.relpath(target, posixpath.dirname(uri))

    return LINK.sub(lead, markdown)


def is_source(uri: str) -> bool:
    """Whether the page is one of `on_files`."""
    return uri.startswith("source/")


def outside(text: str, place: str) -> Iterator[str]:
    """The paths outside ``docs/`` to which the page at `place` links, from the root."""
    paths = (resolve(link, place) for link in LINK.findall(text))
    return (path for path in paths if not path.startswith("docs/"))


def resolve(link: str, place: str) -> str:
    """The path, from the root, of a link in the file at `place`; a folder's README for a folder."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(place), link))
    readme = posixpath.join(path, "README.md")
    return readme if (ROOT / readme).exists() else path


def shown(path: Path) -> str:
    """The page of a file or folder: Markdown as it is, code in a block, a list of the names."""
    if path.is_dir():
        return UNSEARCHED + listing(path)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return UNSEARCHED + text
    title = path.relative_to(ROOT).as_posix()
    language = LANGUAGES.get(path.suffix, "text")
    return f"{UNSEARCHED}# `{path.name}`\n\n`{title}`\n\n`````{language}\n{text}`````\n"


def listing(folder: Path) -> str:
    """The names in a folder, each with the first line of its docstring."""
    names = [p for p in sorted(folder.iterdir()) if p.name[0] not in "_." or p.is_dir()]
    lines = [f"| `{p.name}` | {summary(p)} |" for p in names if p.name != "__pycache__"]
    head = f"# `{folder.name}/`\n\n`{folder.relative_to(ROOT).as_posix()}/`\n\n| | |\n|---|---|\n"
    return head + "\n".join(lines) + "\n"


def summary(path: Path) -> str:
    """The first line of a module's or package's docstring, where there is one."""
    module = path / "__init__.py" if path.is_dir() else path
    if module.suffix != ".py" or not module.exists():
        return ""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].replace("|", r"\|")
