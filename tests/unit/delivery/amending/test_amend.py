"""A result that a person amends: every edit that fits comes into every file, and nothing else does."""

import contextlib
import html
import json
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.amending.amendments import AmendedPairs, Amendments
from daemon.delivery.amending.edits_file import MOST_BYTES, read_edits
from daemon.delivery.document import PassageKey
from daemon.delivery.outbox.exchange import finish_replacements
from daemon.delivery.outbox.replacement import amend_result
from daemon.errors import UsageError
from daemon.settings.corrections_file import add_corrections, read_corrections
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Flag, kept_original
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.proofs.power_cut import every_kill
from tests.unit.delivery.outbox.test_replacement import NAME, STEM, TALK, Delivered

OUTPUTS = ("md", "txt", "json", "srt", "vtt")
FIRST = "we began with forty people in a room that"
SECOND = "and nobody had a clue"


@pytest.fixture
def delivered(tmp_path):
    def make(world="world", **keys):
        return Delivered(tmp_path / world, **{"outputs": OUTPUTS, "cues": "keep", **keys})

    return make


def rewrite(was, now, chunk=0, passage=0, paragraph=0):
    return {
        "kind": "text",
        "chunk": chunk,
        "passage": passage,
        "paragraph": paragraph,
        "was": was,
        "now": now,
    }


def rename(was, name):
    return {"kind": "speaker", "was": was, "name": name}


def accept(chunk=0, passage=0):
    return {"kind": "accept", "chunk": chunk, "passage": passage}


def pack(world, *edits, **keys):
    """The bytes of a file of edits, as the page saves it."""
    text_id = world.summary()["text_id"]
    whole = {"format": 1, "text_id": text_id, "source": NAME, "edits": edits, **keys}
    return json.dumps(whole).encode()


def amend(world, *edits, keep=lambda pairs: [None] * len(pairs), **keys):
    return amend_result(world.outbox, str(world.result), pack(world, *edits, **keys), keep)


def read_result(world):
    """What the review of a result says of it to who mends it."""
    [data] = re.findall('data-result="([^"]*)"', (world.result / "review.html").read_text())
    return json.loads(html.unescape(data))


def texts(world):
    return {output: (world.result / f"{STEM}.{output}").read_text() for output in OUTPUTS}


def test_mended_words_are_in_every_output_and_who_put_them_there_is_told(delivered):
    world = delivered()
    before = world.summary()["words_out"]
    done = amend(world, rewrite(FIRST, FIRST.replace("forty people", "fifty good people")))
    assert (done.taken, done.unfit) == (1, ())
    for output, text in texts(world).items():
        assert "fifty good people" in " ".join(text.split()), output
    summary = world.summary()
    assert summary["words_out"] == before + 1
    assert summary["responsible"]["person"] == 2
    assert sum(summary["responsible"].values()) == summary["words_out"]
    [told] = summary["amended"]
    assert (told["chunk"], told["words"]) == (0, 2)
    paragraph = json.loads(texts(world)["json"])["paragraphs"][0]
    assert paragraph["words_by_person"] == 2
    assert (world.result / "original.vtt").read_bytes() == TALK
    assert len(os.listdir(world.result / "earlier")) == 1


def test_the_same_file_once_more_changes_nothing(delivered):
    world = delivered()
    amend(world, rewrite(FIRST, "We began."))
    before = {name: (world.result / name).stat().st_ino for name in world.names()}
    done = amend(world, rewrite(FIRST, "We began."))
    assert done.changes == ()
    assert {name: (world.result / name).stat().st_ino for name in world.names()} == before


def test_what_was_taken_back_can_be_made_again(delivered):
    world = delivered()
    amended = []
    for was, now in ((FIRST, "We began."), ("We began.", FIRST), (FIRST, "We began.")):
        amended.append(read_result(world)["amended"])
        assert amend(world, rewrite(was, now), amended=amended[-1]).changes == ("edits",)
    assert len(set(amended)) == 3
    assert "We began." in texts(world)["txt"]


def test_what_no_longer_fits_is_listed_and_the_rest_is_taken(delivered):
    world = delivered()
    done = amend(
        world,
        rewrite("something else", "We began."),
        rewrite(FIRST, "Never.", chunk=77),
        rewrite(FIRST, "Never.", paragraph=5),
        rename("SPEAKER_09", "Ann"),
        accept(chunk=1),
        rename("SPEAKER_01", "Ben"),
    )
    assert done.taken == 1
    assert len(done.unfit) == 5
    assert "Ben:" in texts(world)["txt"]
    assert "Never" not in "".join(texts(world).values())
    assert world.summary()["unfit_edits"] == list(done.unfit)


def test_who_goes_on_in_a_page_saves_his_first_edits_once_more_and_that_is_no_fault(delivered):
    world = delivered()
    first = (rewrite(FIRST, "We began.\n\nWith forty."), accept(), rename("SPEAKER_01", "Ben"))
    assert amend(world, *first).unfit == ()
    assert amend(world, *first, rename("SPEAKER_00", "Ann")).unfit == ()
    assert amend(world, *first, rewrite("something else", "We")).unfit != ()
    for words in ("We began.", "With forty.", "Ann:", "Ben:"):
        assert texts(world)["txt"].count(words) == 1, words


def test_the_names_of_an_open_page_mean_whom_it_showed_by_them_whatever_was_taken_from_it(delivered):
    world = delivered()
    before = texts(world)["txt"]
    page = read_result(world)["amended"]
    one, other = rename("SPEAKER_00", "SPEAKER_01"), rename("SPEAKER_01", "SPEAKER_00")
    amend(world, one, amended=page)
    assert amend(world, one, other, amended=page).unfit == ()
    swapped = before.replace("_00", "_X").replace("_01", "_00").replace("_X", "_01")
    assert texts(world)["txt"] == swapped
    amend(world, one, other, rewrite(FIRST, FIRST), amended=page)
    assert texts(world)["txt"] == swapped
    amend(world, rename("SPEAKER_00", "Ann"), amended=read_result(world)["amended"])
    assert texts(world)["txt"] == swapped.replace("SPEAKER_00", "Ann")


def test_a_second_file_goes_over_the_first_and_what_is_written_back_is_nobodys(delivered):
    world = delivered()
    amend(world, rewrite(FIRST, "We began."))
    assert amend(world, rewrite(FIRST, "They began.")).unfit
    amend(world, rewrite("We began.", FIRST))
    assert world.summary()["responsible"]["person"] == 0
    assert FIRST in texts(world)["txt"]


def test_a_passage_that_was_not_cleaned_is_accepted_or_retyped(delivered):
    world = delivered()
    assert len(world.summary()["flags"]) == 1
    amend(world, accept())
    assert world.summary()["flags"] == []
    assert "it is a test" not in texts(world)["md"]
    other = delivered("other")
    amend(other, rewrite(FIRST, "We began with forty people."), accept())
    assert other.summary()["flags"] == []
    assert "We began with forty people." in texts(other)["md"]


def test_what_is_accepted_is_a_persons_word_and_not_the_models(delivered):
    world = delivered()
    amend(world, accept())
    assert world.summary()["responsible"]["person"] == len(FIRST.split())
    assert world.summary()["responsible"]["original"] == 0


def test_of_a_chunk_that_was_not_cleaned_passages_are_accepted_one_by_one():
    turns = tuple(Turn((Segment(text, None, None, "Ann"),), "Ann") for text in ("one two", "three"))
    chunk = Chunk(0, "one two\n\nthree", turns=turns)
    pairs = [(chunk, kept_original(chunk, "refused"))]
    amended = AmendedPairs(Amendments(accepted=(PassageKey(0, 0),)))
    [(_, result)] = amended.pass_on(pairs)
    assert result.flags == (Flag("refused", 1, 1),)
    assert amended.cleaned == {(0, 0): ""}


def test_speakers_are_named_merged_and_named_again(delivered):
    world = delivered()
    amend(world, rename("SPEAKER_00", "Ann"), rename("SPEAKER_01", "Ann"))
    assert "SPEAKER" not in "".join(texts(world).values())
    amend(world, rename("Ann", "Eva\nLee\x07"), amended=read_result(world)["amended"])
    assert "Eva Lee: " in texts(world)["txt"]


def test_speakers_can_change_names_and_one_is_named_once(delivered):
    world = delivered()
    before = texts(world)["txt"]
    amend(world, rename("SPEAKER_00", "SPEAKER_01"), rename("SPEAKER_01", "SPEAKER_00"))
    swapped = before.replace("_00", "_X").replace("_01", "_00").replace("_X", "_01")
    assert texts(world)["txt"] == swapped
    page = read_result(world)["amended"]
    done = amend(world, rename("SPEAKER_00", "Ann"), rename("SPEAKER_00", "Ben"), amended=page)
    assert ["another of these edits names them" in why for why in done.unfit] == [True]
    assert texts(world)["txt"] == swapped.replace("SPEAKER_00", "Ann")


def test_what_is_rendered_later_has_the_edits_still_and_a_new_sidecar_names_as_it_says(delivered):
    world = delivered()
    amend(world, rewrite(FIRST, "We began."), rename("SPEAKER_00", "Ann"), rename("SPEAKER_01", "Ben"))
    world.make_again(outputs=("md", "txt"))
    assert "Ann: We began." in (world.result / f"{STEM}.txt").read_text()
    world.make_again("speakers: {SPEAKER_00: Eva}\n", outputs=("md", "txt"))
    text = (world.result / f"{STEM}.txt").read_text()
    assert "Eva: We began." in text
    assert "Ben: " in text


def test_what_is_always_to_be_written_so_is_kept_before_the_result_is_changed(delivered):
    world = delivered()
    heard = []

    def keep(pairs):
        heard.extend((*pair, (world.result / "earlier").exists()) for pair in pairs)
        return [None, "no"]

    always = {"kind": "always", "heard": "eefa", "written": " Aoife "}
    done = amend(world, always, {**always, "written": "Eva"}, {**always, "written": "\x07"}, keep=keep)
    assert heard == [("eefa", "Aoife", False), ("eefa", "Eva", False)]
    assert done.unfit == (
        "always 'Eva' for 'eefa': no",
        "always '' for 'eefa': there is nothing to be written",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b"{" * 100_000,
        b" " * (MOST_BYTES + 1),
        b'{"format": 1, "edits": []}',
        b'{"format": NaN}',
        b"9" * 5000,
    ],
)
def test_what_is_no_file_of_edits_is_refused(delivered, data):
    world = delivered()
    before = texts(world)
    with pytest.raises(UsageError):
        amend_result(world.outbox, str(world.result), data, lambda pairs: [])
    assert texts(world) == before


@pytest.mark.parametrize(
    "keys",
    [
        {"text_id": "0" * 64},
        {"text_id": "../etc"},
        {"format": 2},
        {"more": 1},
        {"edits": [{"kind": "text"}]},
        {"edits": [{"kind": "run", "command": "rm"}]},
        {"edits": [rename("SPEAKER_00", "A" * 201)]},
        {"edits": [rewrite(FIRST, "x", chunk=-1)]},
        {"edits": [rewrite(FIRST, "x", chunk=True)]},
        {"edits": [rewrite(FIRST, "x", chunk=1e9)]},
        {"edits": [accept()] * 20_001},
        {"edits": [{"kind": "always", "heard": "a", "written": "b"}] * 1001},
        {"edits": [{"kind": "accept\ud800"}]},
        {"source": "\ud800.vtt"},
        {"source": "a\0b.vtt"},
        {"amended": "\ud800"},
        {"amended": "f" * 65},
    ],
)
def test_edits_of_another_result_or_of_another_form_are_refused_whole(delivered, keys):
    world = delivered()
    with pytest.raises(UsageError):
        amend(world, **keys)
    assert not (world.result / "earlier").exists()


def test_a_key_that_comes_twice_is_refused_before_what_it_holds_is_lost(delivered):
    world = delivered()
    data = pack(world, rewrite(FIRST, "We began."))
    for doubled in (data[:-1] + b', "edits": []}', data.replace(b'"now"', b'"now": "Lost words.", "now"')):
        with pytest.raises(UsageError, match="a key appears twice"):
            amend_result(world.outbox, str(world.result), doubled, lambda pairs: [])
    assert not (world.result / "earlier").exists()


def test_edits_are_read_as_windows_writes_them_and_with_half_of_a_character(delivered):
    world = delivered()
    whole = json.loads(pack(world, rewrite(FIRST, "We be\ud83dgan.")))
    amend_result(world.outbox, str(world.result), b"\xef\xbb\xbf" + json.dumps(whole).encode(), list)
    assert "We began." in texts(world)["txt"]


def test_a_file_of_which_some_edits_do_not_fit_is_kept_in_the_result_and_no_other(delivered):
    world = delivered()
    amend(world, rewrite(FIRST, "We began."))
    assert not list(world.result.glob("*.edits.json"))
    for number in (1, 2):
        amend(world, rewrite("what never stood there", f"a long new text {number}"))
    amend(world, rewrite("We began.", "So we began."))
    kept = sorted(world.result.glob("*.edits.json"))
    assert [path.name for path in kept] == ["unfit-2.edits.json", "unfit.edits.json"]
    assert ["a long new text 2" in path.read_text() for path in kept] == [True, False]


HOSTILE = "<script>alert(1)</script> ![x](http://evil/) {{ 7*7 }} \x1b[2J‮ </article> --> ::: [[x]]"


def test_hostile_words_are_words(delivered):
    world = delivered()
    amend(world, rewrite(FIRST, HOSTILE), rename("SPEAKER_01", HOSTILE), accept())
    review = (world.result / "review.html").read_text()
    assert "<script>alert" not in review
    assert "{{ 7*7 }}" in review
    for text in texts(world).values():
        assert "\x1b" not in text
        assert "‮" not in text
    assert "![x](http" not in texts(world)["md"]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(UsageError):
        read_edits(data)


@pytest.mark.long
def test_killed_anywhere_it_is_the_old_result_or_the_new_one(delivered):
    undisturbed = delivered("undisturbed")
    old = texts(undisturbed)
    edits = (rewrite(FIRST, "We began."), rename("SPEAKER_01", "Ben"))
    amend(undisturbed, *edits)
    new = texts(undisturbed)
    seen = set()
    for world in every_kill(lambda number: delivered(f"world-{number}"), lambda one: amend(one, *edits)):
        for name in os.listdir(world.path / "outbox"):
            if name.startswith(".render-"):  # as if it were that of a process that is gone
                (world.path / "outbox" / name).rename(world.path / "outbox" / ".render-999999999")
        finish_replacements(world.outbox)
        found = texts(world)
        assert found in (old, new)
        seen.add(found == new)
        assert (world.result / "original.vtt").read_bytes() == TALK
        amend(world, *edits)
        assert texts(world) == new
    assert seen == {True, False}


def add(folder, heard, written, others=None):
    [why] = add_corrections(str(folder), [(heard, written)], others or {})
    return why


def test_a_correction_is_added_as_a_line_and_once(tmp_path):
    path = tmp_path / "corrections.yaml"
    assert add(tmp_path, "Eefa", "Aoife") is None
    path.write_text(f"# by hand\n{path.read_text()}")
    assert add(tmp_path, "new york", 'NYC: "the" #city') is None
    before = path.read_text()
    assert before.startswith("# by hand\n")
    assert add(tmp_path, "Eefa", "Aoife") is None
    assert path.read_text() == before
    assert read_corrections(str(tmp_path)) == {"Eefa": "Aoife", "new york": 'NYC: "the" #city'}


def test_of_many_corrections_those_are_added_that_can_hold_together(tmp_path):
    pairs = [
        ("Eefa", "Aoife"),
        ("-", "x"),
        ("Ben", "Bob"),
        ("bob", "ben"),
        ("eefa", "Eva"),
        ("Eefa", "Aoife"),
    ]
    pairs += [(f"heard {number}", f"written {number}") for number in range(994)]
    reasons = add_corrections(str(tmp_path), pairs, {"Aoife": "Aoife"})
    assert [at for at, why in enumerate(reasons) if why] == [1, 3, 4]
    assert len(read_corrections(str(tmp_path))) == 996


def test_one_that_is_there_already_is_no_fault_though_others_go_round_in_a_circle(tmp_path):
    (tmp_path / "corrections.yaml").write_text("Ben: Bob\n")
    assert add(tmp_path, "Ben", "Bob", {"Bob": "Ben"}) is None
    assert "circle" in add(tmp_path, "Eefa", "Aoife", {"Bob": "Ben"})


@pytest.mark.long
def test_no_correction_makes_the_file_longer_than_is_read(tmp_path):
    path = tmp_path / "corrections.yaml"
    path.write_text('"a": "b"\n#' + "x" * ((1 << 20) - 40))
    before = path.read_bytes()
    assert "would have more than" in add(tmp_path, "Eefa", "Aoife" * 20)
    assert path.read_bytes() == before
    assert add(tmp_path, "Eefa", "Aoife") is None


@pytest.mark.parametrize(
    ("text", "heard", "written", "others"),
    [
        ("Eefa: Eva\n", "Eefa", "Aoife", {}),
        ("Aoife: Eefa\n", "Eefa", "Aoife", {}),
        ("", "Eefa", "Aoife", {"Aoife": "Eefa"}),
        ("{Ben: Bob}\n", "Eefa", "Aoife", {}),
        ("Ben: [\n", "Eefa", "Aoife", {}),
        ("", "-", "Aoife", {}),
    ],
)
def test_a_correction_that_speaks_against_another_is_not_added(tmp_path, text, heard, written, others):
    path = tmp_path / "corrections.yaml"
    path.write_text(text)
    assert add(tmp_path, heard, written, others)
    assert path.read_text() == text
