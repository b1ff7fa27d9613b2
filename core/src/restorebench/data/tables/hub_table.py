"""Tables loaded by Hugging Face `datasets`, without waiting for a Hub that cannot be reached."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.data.layouts.hub_text import HubText
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from datasets import Dataset as Table

_PATIENCE = 5.0
"""Seconds that the Hub may take to say that a data set is there."""


def load_table(text: HubText) -> Table:
    """The split that a text means; `OptionError` says what there is instead.

    A local folder or file comes before a data set of the same name on the Hub.
    """
    place = Path(text.place).expanduser()
    if place.exists():
        return _local(place, text)
    _check_name(text.place)
    with _offline_if_unreachable(text.place):
        return _loaded(text, text.place)


def _local(place: Path, text: HubText) -> Table:
    from datasets import load_from_disk

    if (place / "dataset_dict.json").is_file() or (place / "state.json").is_file():
        return _chosen(load_from_disk(str(place)), text)
    if place.is_file():
        return _loaded(text, "parquet", data_files={text.split: str(place)})
    return _loaded(text, str(place))


def _chosen(found: Any, text: HubText) -> Any:
    """Of saved splits the one that is meant; a single one has no name."""
    if not isinstance(found, dict):
        return found
    if text.split not in found:
        msg = f"{text.place} has no split {text.split!r}; it has {', '.join(found)} (split=NAME)"
        raise OptionError(msg)
    return found[text.split]


def _loaded(text: HubText, path: str, **options: Any) -> Any:
    from datasets import disable_progress_bars, load_dataset

    if not sys.stderr.isatty():
        disable_progress_bars()
    config, revision = text.facts.get("config"), text.facts.get("revision")
    try:
        return load_dataset(path, config, revision=revision, split=text.split, **options)
    except Exception as error:  # of a dozen types, by its readers of files
        msg = f"{text.place} cannot be loaded ({type(error).__name__}: {error})"
        raise OptionError(msg) from error


def _check_name(name: str) -> None:
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(name)
    except ValueError as error:
        msg = f"{name} does not exist, and no data set of the Hub (ORG/NAME) is called so: {error}"
        raise OptionError(msg) from error


@contextmanager
def _offline_if_unreachable(name: str) -> Iterator[None]:
    """Let `datasets` take its copy of an earlier use where the Hub cannot be reached.

    By itself it tries for half a minute.
    """
    from datasets import config

    before = config.HF_HUB_OFFLINE
    config.HF_HUB_OFFLINE = before or not _is_reached(name)
    try:
        yield
    finally:
        config.HF_HUB_OFFLINE = before


def _is_reached(name: str) -> bool:
    """Whether the Hub says that it has a data set; `OptionError` if it says that it has not."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    try:
        HfApi().dataset_info(name, timeout=_PATIENCE)
    except RepositoryNotFoundError as error:
        msg = f"there is no folder {name}, and the Hub has no data set {name} that is open to you"
        raise OptionError(f"{msg}; for a private or gated one run 'hf auth login'") from error
    except HfHubHTTPError:
        return True
    except Exception:  # of whichever HTTP library the installed version uses
        return False
    return True
