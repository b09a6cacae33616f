"""Results that are to be cleaned again: what others wrote into them is held to what it can be."""

import json

import pytest

from daemon.cli.result_commands import redo_results
from daemon.errors import UsageError
from daemon.intake.redo_mark import read_redo_mark
from daemon.settings.config import load_config
from daemon.system.files import Folder


@pytest.mark.parametrize(
    "source", ["\ud800.txt", "a\0b.txt", "../talk.txt", "/talk.txt", "", ["talk.txt"], None]
)
def test_a_result_whose_source_no_file_can_be_is_not_put_back(root, source):
    result = root.outbox / "talk"
    result.mkdir()
    (result / "summary.json").write_text(json.dumps({"job_id": "1", "source": source}))
    (result / "original.txt").write_text("Ann: so we begin")
    config = load_config(str(root.path / "config.yaml"))
    with pytest.raises(UsageError, match="holds no original"):
        redo_results(config, ["talk"], str, str)
    assert list(root.inbox.iterdir()) == []


def test_a_result_whose_job_is_called_by_half_of_a_character_is_put_back_with_its_mark(root):
    result = root.outbox / "talk"
    result.mkdir()
    (result / "summary.json").write_text(json.dumps({"job_id": "\ud800", "source": "talk.txt"}))
    (result / "original.txt").write_text("Ann: so we begin")
    redo_results(load_config(str(root.path / "config.yaml")), ["talk"], str, str)
    with Folder(str(root.inbox)) as inbox:
        assert read_redo_mark(inbox, "talk.txt").redo_of == ("\ud800",)
