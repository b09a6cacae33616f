"""Captions without punctuation, cleaned without a key: a kill in the middle changes nothing of the result."""

import os
import signal

MODIFIED = 1_700_000_000
WHO = "my neighbour,the mayor,our teacher,the doctor,a farmer,the president,her brother,the judge".split(",")
SENTENCES = (
    "good morning everybody and thank you for coming because {who} wants to speak about the library",
    "can you tell us what {who} said when the books were lost last winter",
    "the river came into the cellar and {who} carried most of them up the stairs",
    "{who} wrote to us in may and offered to help but we did not know how",
    "since then {who} has bought four hundred books in paris and they are very good",
)

# Is killed right after its third chunk is on the disk.
KILLED_AFTER_THREE = """
import os
import signal
from daemon.store.saved import checkpoint
from daemon.cli import main as cli
real = checkpoint.save_checkpoint
saved = []
def save(*answer):
    real(*answer)
    saved.append(answer)
    if len(saved) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
checkpoint.save_checkpoint = save
cli.main()
"""


NAMES = (
    "so hello and welcome back to the show my name is niamh walsh and i have with me eefa and then aoife "
    "from the harbour office they work with zoë kern on the graphql service and all have been here before so "
    "what did you do last week well we had a look at the ships that come in every day"
)


def captions():
    """Cues that end in the middle of sentences, each word with a time of its own."""
    words = " ".join(sentence.format(who=who) for who in WHO for sentence in SENTENCES).split()
    lines = ["WEBVTT", ""]
    for first in range(0, len(words), 7):
        cue = words[first : first + 7]
        said = [f"<{clock(first + place)}><c> {word}</c>" for place, word in enumerate(cue) if place]
        lines += [f"{clock(first)} --> {clock(first + len(cue))}", cue[0] + "".join(said), ""]
    return "\n".join(lines)


def clock(word):
    """The time of a word, three in a second."""
    minutes, seconds = divmod(word / 3, 60)
    return f"00:{int(minutes):02}:{seconds:06.3f}"


def files_of(root):
    """What was made of the captions, but for when; and where its chunks were cut."""
    summary = root.summary("talk")
    texts = {
        name: (root.outbox / "talk" / name).read_bytes() for name in ("talk.md", "talk.vtt", "review.html")
    }
    return texts, summary["edits"], summary["chunks"], summary["words_out"]


def test_killed_in_the_middle_and_resumed_with_other_chunks_asked_for_all_ends_the_same(make_root):
    results = []
    for name in ("undisturbed", "killed"):
        root = make_root(name, provider="offline", chunk_words=60)
        root.drop("talk.vtt", captions())
        os.utime(root.inbox / "talk.vtt", (MODIFIED, MODIFIED))
        if name == "killed":
            assert root.start("once", driver=KILLED_AFTER_THREE).wait() == -signal.SIGKILL
            assert 3 <= len(root.chunks("talk")) < results[0][2]  # another may have been saved meanwhile
            root.write_config(provider="offline", chunk_words=45)
        root.command("once")
        results.append(files_of(root))
    assert results[0] == results[1]
    assert results[0][2] > 6
    assert results[0][1]["guessed punctuation"] > 60


def test_names_that_people_give_are_written_as_they_give_them(make_root):
    root = make_root(
        provider="offline",
        glossary=["GraphQL", "Zoë Kern"],
        corrections={"eefa": "Aoife"},
        speakers={"SPEAKER_00": "Niamh Walsh"},
    )
    root.drop("talk.txt", NAMES)
    root.command("once")
    text = (root.outbox / "talk/talk.md").read_text()
    for name in ("GraphQL", "Zoë Kern", "Aoife and then Aoife", "Niamh Walsh"):
        assert name in text
    assert root.summary("talk")["settings"]["glossary"] == ["GraphQL", "Zoë Kern"]
