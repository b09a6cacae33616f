"""The mark above words that stand as they were: whatever is written is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.results.marks import is_mark, mark_in_markdown, mark_in_text

REASONS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)


@pytest.mark.parametrize("make", [mark_in_markdown, mark_in_text])
@given(reason=REASONS, paragraphs=st.integers(1, 10_000))
def test_a_mark_is_known_again_whatever_the_reason(make, reason, paragraphs):
    mark = make(reason, paragraphs)
    assert is_mark(mark)
    assert is_mark(f"{mark}  \n")


@pytest.mark.parametrize(
    "line",
    ["> **Not cleaned: it was cut off.** The original words follow.",
     "> **Not cleaned: it was cut off.** The original words of 2 paragraphs follow.",
     "(Not cleaned: it was cut off. The original words follow.)",
     "(Not cleaned: it was cut off. The original words of 12 paragraphs follow.)"],
)  # fmt: skip
def test_the_wording_of_results_that_lie_in_peoples_folders_stays_known(line):
    assert is_mark(line)


@pytest.mark.parametrize(
    "line", ["", "Not cleaned: my room. The original words follow.", "(Not cleaned: yet.)"]
)
def test_what_somebody_said_is_no_mark(line):
    assert not is_mark(line)
