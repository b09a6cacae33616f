"""The style: what is asked of a chunk and how its answer is judged is frozen with the job."""

import os
from pathlib import Path

import pytest

from daemon.cleaning import style
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import Style, find_style, frozen_style, hash_words, style_of_prompt
from daemon.cleaning.verify import check
from daemon.errors import ConfigError
from daemon.settings.profile import Settings
from daemon.text.chunk import Chunk

CLEAN = find_style("clean", Path())
SAID = "We met on Monday to talk about the harbour, the two cranes and what the new quay would cost us."
RETOLD = (
    "On Monday there was a meeting where the harbour came up, with a pair of cranes and the price of a quay."
)


def planned(name, prompt, **frozen):
    """The settings of a job; without more said, as 0.1.0 wrote them: the style's name and its prompt."""
    return Settings(
        provider="anthropic", model="m", style=name, prompt=prompt, chunk_words=900, outputs=("md",), **frozen
    )


def refused(settings):
    """Whether a text that was retold in other words is refused as the answer to a chunk of this job."""
    answer = f'<turn id="1">{RETOLD}</turn>'
    return check(Chunk(0, SAID), Brief.under(settings, "A talk"), answer, "end_turn").reason is not None


@pytest.mark.parametrize("change", ["", " ", "\n\nKeep the jokes.", "An earlier version said this."])
def test_a_job_planned_under_the_shipped_prompt_is_judged_strictly_whatever_later_versions_say(
    monkeypatch, tmp_path, change
):
    """0.1.0 froze the prompt's text, and compared it with the present clean.md."""
    (tmp_path / "clean.md").write_text(CLEAN.prompt + change)
    monkeypatch.setattr(style, "_SHIPPED", tmp_path)
    today = find_style("clean", Path())
    assert today.prompt == CLEAN.prompt + change
    assert refused(planned("clean", CLEAN.prompt))
    assert refused(planned("clean", today.prompt))
    assert refused(planned("clean", today.prompt, keeps_wording=True, answers="turns"))


def test_what_a_person_adds_to_the_shipped_prompt_leaves_it_strict():
    style = find_style("clean", Path())
    assert refused(
        planned("clean", style.prompt, keeps_wording=True, answers="turns", also="Keep the jokes.")
    )


def test_a_prompt_of_ones_own_may_ask_for_other_words():
    assert not refused(planned("mine.md", "Tell it to children."))


def test_what_is_frozen_goes_before_what_the_name_says_today():
    assert frozen_style(planned("clean", "p", keeps_wording=False, answers="text")) == Style(
        "clean", "p", keeps_wording=False, answers="text"
    )


def test_the_styles_that_come_with_the_program(tmp_path):
    assert (CLEAN.keeps_wording, CLEAN.answers) == (True, "turns")
    notes = find_style("notes", tmp_path)
    assert (notes.keeps_wording, notes.answers) == (False, "text")
    assert all(name in notes.prompt for name in ("{{fileName}}", "{{outputLanguage}}", "[HH:MM:SS]"))


def test_every_wording_of_the_shipped_prompt_is_written_down():
    """Who words clean.md anew adds its hash and leaves the older ones: copies of those are still strict."""
    assert hash_words(CLEAN.prompt) in style.WORDINGS_OF_CLEAN


def test_a_copy_of_the_shipped_prompt_is_judged_as_strictly_however_it_is_spaced(tmp_path):
    (tmp_path / "mine.md").write_text(CLEAN.prompt.replace("\n", "\r\n") + "\n \n", newline="")
    assert find_style("mine.md", tmp_path).keeps_wording
    assert style_of_prompt(CLEAN.prompt.strip()).keeps_wording
    assert not style_of_prompt(CLEAN.prompt + "Translate it.").keeps_wording


def test_ones_own_prompt_is_read_from_the_root(tmp_path):
    (tmp_path / "mine.md").write_text("\ufeffShort sentences.", "utf-8")
    assert find_style("mine.md", tmp_path).prompt == "Short sentences."
    assert find_style(str(tmp_path / "mine.md"), tmp_path.parent).prompt == "Short sentences."


@pytest.mark.parametrize("name", ["gone.md", "empty.md", "binary.md", ".", "nul\0.md"])
def test_a_prompt_that_cannot_be_used_stops_the_start(tmp_path, name):
    (tmp_path / "empty.md").write_text(" \n")
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ConfigError) as caught:
        find_style(name, tmp_path)
    assert "style" in caught.value.mend


def test_a_pipe_in_the_place_of_a_prompt_is_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "mine.md")
    with pytest.raises(ConfigError, match=r"mine\.md.* can't be read"):
        find_style("mine.md", tmp_path)
