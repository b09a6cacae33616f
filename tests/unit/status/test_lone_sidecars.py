"""Why a sidecar waits without its transcript is told by what became of that."""

import json
from functools import partial

import pytest

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.status.lone_sidecars import explain_lone_sidecar


@pytest.fixture
def outbox(tmp_path):
    def deliver(path, **more):
        summary = {"job_id": "1", "source": path, "finished_at": "2026-01-01T00:00:00+00:00", **more}
        folder = tmp_path / path.removesuffix(".vtt")
        folder.mkdir(parents=True)
        (folder / "summary.json").write_text(json.dumps(summary))

    made = Outbox(str(tmp_path))
    made.put = deliver
    return made


def test_where_no_transcript_of_its_name_is_known_that_is_said(outbox):
    outbox.put("other.vtt")
    outbox.put("refused.vtt", rejected="It is empty.")
    explain = partial(explain_lone_sidecar, outbox, ["third.vtt"], {})
    assert "no transcript of its name" in explain("talk.yaml")
    assert "no transcript of its name" in explain("refused.yaml")


def test_one_that_came_after_the_cleaning_is_used_by_itself(outbox):
    outbox.put("course/talk.vtt")
    explain = partial(explain_lone_sidecar, outbox, [], {})
    assert "made again under it by itself" in explain("course/talk.yaml")
    assert "no transcript of its name" in explain("talk.yaml")


def test_one_whose_transcript_is_in_work_waits_for_that(outbox):
    explain = partial(explain_lone_sidecar, outbox, ["course/talk.vtt"], {})
    assert "its transcript is in work" in explain("course/talk.yaml")


def test_one_that_can_not_be_used_is_told_with_the_reason(outbox):
    outbox.put("talk.vtt")
    explain = partial(explain_lone_sidecar, outbox, [], {"talk.yaml": "it can't be used: speakers: no names"})
    assert explain("talk.yaml") == "it can't be used: speakers: no names"


def test_edits_of_a_source_that_no_file_can_be_are_told_with_the_reason(outbox, tmp_path):
    edits = {"format": 1, "text_id": "0" * 64, "source": "\ud800.vtt", "edits": []}
    (tmp_path / "talk.edits.json").write_text(json.dumps(edits))
    why = explain_lone_sidecar(outbox, [], {}, "talk.edits.json", inbox=str(tmp_path))
    assert why.startswith("it can't be used: These are not the edits of a result")


def test_an_outbox_that_is_away_is_said(tmp_path):
    explain = partial(explain_lone_sidecar, Outbox(str(tmp_path / "away")), [], {})
    assert "can't be looked into" in explain("talk.yaml")
