"""Hidden names: each is told from every other and from other people's, and says whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.system.hidden_names import HiddenName, Use

JOB = "20260102T030405-0a1b2c3d"

# The names stand on people's disks: a later version must know what an earlier one left behind.
KNOWN = {
    f".{JOB}.claimed": HiddenName(Use.CLAIMED, JOB),
    f".{JOB}~talk.txt.claimed": HiddenName.claim(JOB, "talk.txt"),
    f".{JOB}~a\nb.claimed": HiddenName.claim(JOB, "a\nb"),
    f".{JOB}.beside.claimed": HiddenName(Use.CLAIMED, JOB, ".beside"),
    f".{JOB}.beside.srt.claimed": HiddenName(Use.CLAIMED, JOB, ".beside.srt"),
    f".{JOB}.returned": HiddenName(Use.RETURNED, JOB),
    f".{JOB}.partial": HiddenName(Use.PARTIAL, JOB),
    ".redo-4711": HiddenName(Use.REDO, "4711"),
    ".redo-4711.txt": HiddenName(Use.REDO, "4711", ".txt"),
    ".tmp-4711-0": HiddenName(Use.TEMPORARY, "4711", "-0"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_name_is_taken_apart_and_put_together_again(name):
    assert HiddenName.parse(name) == KNOWN[name]
    assert KNOWN[name].build() == name


@pytest.mark.parametrize(
    "name",
    ["", "talk.txt", f"{JOB}.claimed", f".{JOB}.claimed.txt", f".{JOB}.aside.claimed", f".{JOB}\n.partial",
     f".{JOB.upper()}.partial", ".talk.partial", ".returned", ".redo-", ".redo-1.tar.gz", ".tmp-1",
     ".tmp-notes", ".tmp-1-1-1", ".tmp-١-١", f".{JOB}.partial\n", ".cleared", ".lock"],
)  # fmt: skip
def test_what_looks_like_one_and_is_none_is_left_to_others(name):
    assert HiddenName.parse(name) is None


@given(st.from_regex(r"\.(redo|tmp|2026)[-.0-9T]{0,20}[a-z.]{0,12}", fullmatch=True))
def test_whatever_is_recognised_is_built_back_to_the_letter(name):
    found = HiddenName.parse(name)
    assert found is None or found.build() == name
