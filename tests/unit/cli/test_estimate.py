"""`estimate`: what a file would take as it would be cleaned, by its folder's profile and its sidecar."""

import pytest

from daemon.cli.estimate import say_estimates
from daemon.settings.config import load_config

TALK = "\n\n".join(
    f"Ann: this is sentence {number} of a talk with a few plain words." for number in range(20)
)


@pytest.fixture
def estimate(make_root):
    root = make_root(base_url="http://localhost:9", chunk_words=100, profiles={"small": {"chunk_words": 20}})

    def estimate(name, sidecar=None, text=TALK):
        """What is said of a file of this name in the inbox, and what is complained of."""
        root.drop(name, text)
        if sidecar is not None:
            root.drop(f"{name.rpartition('.')[0]}.yaml", sidecar)
        said, complaints = [], []
        say_estimates(
            load_config(str(root.path / "config.yaml")),
            [str(root.inbox / name)],
            said.append,
            complaints.append,
        )
        return " ".join(said), " ".join(complaints)

    return estimate


def count_tokens(said):
    return int(said.partition("about ")[2].partition(" +")[0].replace(",", ""))


def test_a_file_in_the_inbox_is_cut_by_the_profile_of_its_folder(estimate):
    assert "2 chunks" in estimate("talk.txt")[0]
    assert " 12 chunks" in estimate("small/talk.txt")[0]


def test_what_a_sidecar_asks_for_is_counted(estimate):
    plain, _ = estimate("talk.txt")
    terms = ", ".join(f"Term{number}" for number in range(300))
    much, _ = estimate("talk.txt", f"glossary: [{terms}]\n")
    assert count_tokens(much) > count_tokens(plain) + 3 * 300


def test_a_file_whose_sidecar_would_have_it_rejected_is_named(estimate):
    said, complaints = estimate("talk.txt", "glosary: [Tea]\n")
    assert said == ""
    assert "unknown key `glosary`" in complaints


def test_a_letter_of_chinese_makes_as_many_tokens_as_three_of_english(estimate):
    english, _ = estimate("talk.txt", text="Ann: " + "We go. " * 300)
    chinese, _ = estimate("other.txt", text="Ann: " + "我们走。" * 175)
    assert count_tokens(chinese) == pytest.approx(count_tokens(english), rel=0.05)
