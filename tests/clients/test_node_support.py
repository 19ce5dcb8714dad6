"""Tests of npm programs may be skipped on somebody's machine, and never in CI."""

from pathlib import Path

import pytest

from tests.support.node import give_up, missing


def test_a_folder_without_its_packages_is_told(tmp_path: Path) -> None:
    assert missing(tmp_path) is not None


def test_on_a_machine_without_node_the_test_is_skipped_with_the_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match="no node"):
        give_up("no node", {})


def test_in_ci_a_missing_node_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match="CI must run this test: no node"):
        give_up("no node", {"CI": "true"})
