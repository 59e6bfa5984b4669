"""The manager where Docker, or a part of it, is not there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.containers import ContainerShop


def test_without_docker_it_says_so(founded: ContainerShop, tmp_path: Path) -> None:
    _tools(tmp_path, "bash", "dirname", "env")
    done = founded.manager("start", environment={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr == (
        "Docker is missing; https://docs.docker.com/get-docker/ tells how to install it."
        " `make start` needs none.\n"
    )


@pytest.mark.skipif(os.getuid() != 0, reason="only root can hide Docker's plugins from it")
def test_without_compose_it_says_so(founded: ContainerShop) -> None:
    asked = ["docker", "info", "--format", "{{range .ClientInfo.Plugins}}{{println .Path}}{{end}}"]
    paths = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    folders = {str(Path(path).parent) for path in paths}
    hidden = "".join(f"mount -t tmpfs none {folder};" for folder in folders)
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", f"{hidden} exec ./docker-manager.sh start"],
        cwd=founded.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Docker Compose v2.24 or newer is missing; https://docs.docker.com/compose/install/ tells"
        " how to install it.\n"
    )


def test_without_an_engine_it_says_so(founded: ContainerShop) -> None:
    nowhere = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock"}
    done = founded.manager("start", environment=nowhere)
    assert done.returncode == 1
    assert done.stderr == (
        "The Docker engine does not answer: is it started, and may you use it?"
        " `docker info` tells more.\n"
    )


def _tools(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).symlink_to(str(shutil.which(name)))
