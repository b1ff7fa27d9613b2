"""A folder in which a reader of a page works: writes its files, runs its commands in order."""

from __future__ import annotations

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

RESTOREBENCH = "import sys; from restorebench.cli import main; sys.argv = {!r}; main()"
WARM = ("-p", "no:cacheprovider", "-n", "0", "-W", "ignore:Module already imported")


class Stage:
    """Runs what a page says, at the size that `page_rules` gives it."""

    def __init__(self, folder: Path, site: Path, warm_start: ModuleType) -> None:
        self.folder, self.site, self.warm_start = folder, site, warm_start
        inherited = filter(None, [os.environ.get("PYTHONPATH")])
        paths = os.pathsep.join([str(site), *inherited])
        here = {"PYTHONPATH": paths, "COLUMNS": "160", "HOME": str(folder)}
        self.environment = {**os.environ, **here, "RESTOREBENCH_DATA": str(folder / "data")}

    def write(self, path: str, text: str, function: str | None = None) -> None:
        """Write a file; or replace one `function` in it."""
        place = self.folder / path
        if function is not None:
            whole = re.compile(rf"^def {function}\(.*?(?=^\S|\Z)", re.M | re.S)
            code = place.read_text(encoding="utf-8")
            assert whole.search(code), f"{path} has no function {function}"
            (new,) = whole.findall(text)
            text = whole.sub(lambda _: new + "\n\n", code).rstrip() + "\n"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one command, as a shell would."""
        words = [w for part in shlex.split(command) for w in self._expanded(part)]
        words = [word.replace("~", str(self.folder)) for word in words]
        program, arguments = words[0], words[1:]
        if program == "cd":
            self.folder /= arguments[0]
            assert self.folder.is_dir()
            return subprocess.CompletedProcess(words, 0, "", "")
        if program == "pip":  # an editable install would change the environment of the tests
            return self._install()
        return self.warm_start.run(python(program, arguments), self.folder, self.environment)

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run a block of Python."""
        return self.warm_start.run(("-c", code), self.folder, self.environment)

    def _expanded(self, word: str) -> list[str]:
        if not re.search(r"[*?]", word) or "{" in word:
            return [word]
        return sorted(glob.glob(word, root_dir=self.folder)) or [word]

    def _install(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target"]
        place = [str(self.site), str(self.folder)]
        done = subprocess.run([*command, *place], capture_output=True, text=True)
        for copy in set(self.site.glob("restorebench_*")) - set(self.site.glob("*.dist-info")):
            shutil.rmtree(copy)  # an editable install has the code in its folder
        paths = os.pathsep.join([str(self.folder / "src"), self.environment["PYTHONPATH"]])
        self.environment["PYTHONPATH"] = paths
        return done


def python(program: str, arguments: list[str]) -> tuple[str, ...]:
    """The arguments with which Python does what a program of a page does."""
    if program == "restorebench":
        return "-c", RESTOREBENCH.format([program, *arguments])
    if program == "pytest":
        return "-m", "pytest", *arguments, *WARM
    if program == "python":
        code = "import runpy, sys; sys.argv = {!r}; runpy.run_path({!r}, run_name='__main__')"
        return "-c", code.format(arguments, arguments[0])
    raise AssertionError(f"a page may not run {program}")
