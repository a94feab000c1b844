"""What pip runs to install these sources (PEP 517): takes a wheel that is there already, else has maturin build one.

pre-commit runs `pip install .` in a clone of this repository for a hook with `language: python`. A wheel of this version in
the clone's folder `wheels`, or in one that PIP_FIND_LINKS or UV_FIND_LINKS names, is then what is installed, so that nothing
is compiled. No index is asked for a wheel: whoever holds the name there would decide what the hook does.
"""

import os
import platform
import re
import shutil
import sys
from urllib.parse import unquote, urlsplit

MATURIN = "maturin>=1.9,<2"


def get_requires_for_build_wheel(config_settings=None):
    if prebuilt():
        return []
    return with_rust()


def get_requires_for_build_sdist(config_settings=None):
    return with_rust()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = prebuilt()
    if wheel:
        print("taking", wheel)
        shutil.copy(wheel, wheel_directory)
        return os.path.basename(wheel)
    import maturin

    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    import maturin

    return maturin.build_sdist(sdist_directory, config_settings)


def with_rust():
    # What maturin itself asks for where there is no Rust.
    return [MATURIN] if shutil.which("cargo") else [MATURIN, "puccinialin"]


def prebuilt():
    """The wheel of this version for this machine in the first folder that has one, or None. pip refuses it if it is not."""
    start = "ackgate-" + version() + "-py3-none-"
    for folder in folders():
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        for name in names:
            if name.startswith(start) and name.endswith(".whl") and is_for_here(name[len(start) : -len(".whl")]):
                return os.path.join(folder, name)
    return None


def folders():
    """Where wheels may lie. The working directory is the root of the sources (PEP 517)."""
    named = os.environ.get("PIP_FIND_LINKS", "").split() + os.environ.get("UV_FIND_LINKS", "").split(",")
    yield "wheels"
    for place in filter(None, named):
        parts = urlsplit(place)
        yield unquote(parts.path) if parts.scheme == "file" else os.path.expanduser(place)


def is_for_here(tags):
    system = {"linux": "linux", "darwin": "macosx", "win32": "win"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return any(system in tag and tag.endswith((machine, "universal2")) for tag in tags.lower().split("."))


def version():
    with open("Cargo.toml", encoding="utf-8") as manifest:
        return re.search(r'^version = "([^"]+)"$', manifest.read(), re.MULTILINE).group(1)
