"""Results that are to be cleaned again: what others wrote into them is held to what it can be."""

import json
import os
import shutil

import pytest

from daemon.cli.result_commands import find_result, redo_flagged, redo_results, render_results
from daemon.errors import EXIT_SOME_FAILED, UsageError
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


@pytest.mark.parametrize("left", ["talk.yaml", "talk.txt"], ids=["a sidecar", "another format"])
def test_nothing_else_is_put_back_in_the_place_of_an_original_that_somebody_took_away(root, left):
    result = put_result(root, "talk", "talk.srt", left)
    os.unlink(os.path.join(result, "original.srt"))
    with pytest.raises(UsageError, match=r"holds no original\.srt"):
        redo_results(load_config(str(root.path / "config.yaml")), ["talk"], str, str)
    assert list(root.inbox.iterdir()) == []


@pytest.mark.parametrize("name", ["damaged/talk.md", "damaged/original.txt", "damaged.md"])
def test_a_result_whose_summary_is_damaged_is_found_by_the_name_of_a_file_of_it(root, name):
    damaged = root.outbox / "damaged"
    shutil.copytree(put_result(root, "talk", "talk.txt"), damaged)
    (damaged / "summary.json").write_bytes(b"")
    config = load_config(str(root.path / "config.yaml"))
    for path in (name, str(root.outbox / name)):
        with pytest.raises(UsageError, match=r"damaged/summary\.json is damaged, or can't be read"):
            redo_results(config, [path], str, str)


@pytest.mark.parametrize("left", [b"", b'{"job_id":', b"{}", b"[]"])
@pytest.mark.parametrize("do", [redo_results, render_results])
def test_a_result_whose_summary_is_damaged_is_said_to_be_one_and_keeps_no_other_back(root, left, do):
    whole, damaged = put_result(root, "talk", "talk.txt"), root.outbox / "damaged"
    shutil.copytree(whole, damaged)
    (damaged / "summary.json").write_bytes(left)
    config, said = load_config(str(root.path / "config.yaml")), []
    with pytest.raises(UsageError, match=r"damaged/summary\.json is damaged, or can't be read"):
        do(config, ["damaged"], str, str)
    assert do(config, ["damaged", "talk"], said.append, said.append) == EXIT_SOME_FAILED
    assert any("damaged/summary.json" in line for line in said)
    assert len(said) == 2  # the other had its turn


def test_a_folder_is_no_result_for_one_in_it_that_is_called_summary_json(root):
    put_result(root, "course/summary.json", "course/summary.json.txt")
    with pytest.raises(UsageError, match=r"^course is no result"):
        render_results(load_config(str(root.path / "config.yaml")), ["course"], str, str)


@pytest.mark.parametrize("source", ["talk", "talk.a b", "talk.TXT"])
def test_an_original_is_found_whatever_its_file_was_called(root, source):
    result = root.outbox / "talk"
    result.mkdir()
    (result / "summary.json").write_text(json.dumps({"job_id": "1", "source": source}))
    (result / f"original{'.txt' if source.endswith('.TXT') else ''}").write_text("Ann: so we begin")
    redo_results(load_config(str(root.path / "config.yaml")), ["talk"], str, str)
    assert (root.inbox / source).read_text() == "Ann: so we begin"


@pytest.mark.parametrize("budget", ["budget_usd_per_day", "budget_usd_per_job"])
def test_no_model_without_a_price_is_asked_for_flagged_passages_where_there_is_a_budget(root, budget):
    put_result(root, "talk", "talk.txt")
    root.write_config(**{budget: 1.0})
    config = load_config(str(root.path / "config.yaml"))
    with pytest.raises(UsageError, match="no price is known for the model unheard-of"):
        redo_flagged(config, ["talk"], "unheard-of", str, str)
    assert list(root.inbox.iterdir()) == []


def test_a_result_whose_job_is_called_by_half_of_a_character_is_put_back_with_its_mark(root):
    result = root.outbox / "talk"
    result.mkdir()
    (result / "summary.json").write_text(json.dumps({"job_id": "\ud800", "source": "talk.txt"}))
    (result / "original.txt").write_text("Ann: so we begin")
    redo_results(load_config(str(root.path / "config.yaml")), ["talk"], str, str)
    with Folder(str(root.inbox)) as inbox:
        assert read_redo_mark(inbox, "talk.txt").redo_of == ("\ud800",)


def put_result(root, name, source, *others, layout="folder"):
    """A result of a file, and of others of its name; the path of its folder."""
    result = root.outbox / name
    result.mkdir(parents=True)
    summary = {"job_id": name, "source": source, "settings": {"layout": layout}}
    (result / "summary.json").write_text(json.dumps(summary))
    for each in (source, *others):
        (result / f"original{os.path.splitext(each)[1].lower()}").touch()
    return str(result.resolve())


def test_a_result_is_named_by_its_folder_by_what_lies_in_it_or_by_a_file_it_was_made_of(root):
    config = load_config(str(root.path / "config.yaml"))
    talk = put_result(root, "talk", "talk.JSON", "talk.txt")
    captions = put_result(root, "talk-2", "talk.srt")
    inside = put_result(root, "course/talk.v2", "course/talk.v2.txt")
    for name in ("talk", str(root.outbox / "talk"), "talk/summary.json", "talk.JSON", "talk.txt"):
        assert find_result(config, name) == talk
    assert find_result(config, "talk.srt") == captions
    for name in ("course/talk.v2", "course/talk.v2.txt"):
        assert find_result(config, name) == inside


def test_a_result_is_named_by_its_text_beside_it_where_that_is_laid_out_so(root):
    config = load_config(str(root.path / "config.yaml"))
    talk = put_result(root, "talk-2", "talk.txt", layout="flat")
    for name in ("talk-2.md", str(root.outbox / "talk-2.md")):
        assert find_result(config, name) == talk
    assert find_result(config, "talk-2.txt") is None


def test_names_that_differ_in_capitals_alone_are_told_apart(root):
    config = load_config(str(root.path / "config.yaml"))
    small, large = put_result(root, "talk", "talk.vtt"), put_result(root, "talk-2", "talk.VTT")
    assert find_result(config, "talk.vtt") == small
    assert find_result(config, "talk.VTT") == large


@pytest.mark.parametrize("name", ["talk.v2", "talk.srt", "talk.", "talk.md", "other/talk.txt"])
def test_a_name_like_that_of_a_result_made_of_another_file_is_that_of_none(root, name):
    config = load_config(str(root.path / "config.yaml"))
    put_result(root, "talk", "talk.txt")
    assert find_result(config, name) is None
