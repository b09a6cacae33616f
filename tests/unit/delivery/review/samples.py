"""Made-up results to look at: a council meeting with everything a review can show, and a long talk."""

import random

from daemon.delivery.document import make_document
from daemon.delivery.review.page import stream_review
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Flag, Note, ProcessedChunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

TITLE = "Council meeting, 1 March"
SUMMARY = {
    "job_id": "20260301T101500-0badcafe", "name": "council", "source": "town/council.vtt", "kind": "vtt",
    "encoding": "utf-8", "language": "en", "settings": {"style": "clean", "output_language": None},
    "provider": "anthropic", "model": "claude-haiku-5-5", "words_in": 0, "dropped": {}, "words_out": 0,
    "requests": 3, "input_tokens": 4210, "output_tokens": 3120, "cost": 0.0198, "edits": {},
    "duration_seconds": 131.0, "received_at": "2026-03-01T10:15:00+00:00",
    "finished_at": "2026-03-01T10:15:09+00:00",
}  # fmt: skip

# second, speaker, original, cleaned (None: the original stands, flagged)
MEETING = [
    (0, "Maya", "um good evening everybody and uh welcome to the the council so tonight we have, we have "
     "two things on the agenda the library and you know the budget",
     "Good evening, everybody, and welcome to the council. Tonight we have two things on the agenda: the "
     "library and the budget."),
    (14, "Tomás", "thank you Maya I I spoke with the printer yesterday uh the posters will be ready on "
     "Friday not Thursday and they er they asked for forty percent up front which is like way more than "
     "than last year",
     "Thank you, Maya. I spoke with the printer yesterday. The posters will be ready on Friday, not "
     "Thursday, and they asked for 40 percent up front, which is way more than last year."),
    (41, "Maya", "hmm that that is a lot did you say yes", "That is a lot. Did you say yes?"),
    (46, "Tomás", "no I didn't I told them um that I would ask you first so I am asking you", None),
    (57, "Ingrid Sørensen", "okay so what I wanted to say is and I mean I said this last time too we should "
     "look at the other printer the one in Malmö because they did the the brochures for the museum for "
     "about two thousand and it was it was really very good work I think we can all remember that evening "
     "when the rain came in and everybody was standing under the roof of the bus stop with the brochures "
     "on their heads and not one of them had lost its colour",
     "What I wanted to say is: we should look at the other printer, the one in Malmö, because they did the "
     "brochures for the museum for about 2,000, and it was really very good work."),
    (103, "Maya", "right um let's do that and the library opens on the twenty-third of October so there's "
     "no time to to lose",
     "Right, let's do that. The library opens on October 25, so there's no time to lose."),
    (116, "Tomás", "uh um", ""),
    (118, "Ingrid Sørensen", "and the budget as I understand it the roof alone will take a third of it "
     "which is why I'm asking for the reserve to be to be opened this year and not next year",
     "And the budget: as I understand it, the roof alone will take a third of it, which is why I'm asking "
     "for the reserve to be opened this year and not next year."),
]  # fmt: skip

MEETING_NOTES = (Note(4, "negation", ("not",)), Note(5, "number", ("23",), ("25",)))

WORDS = (
    "people water school little number always between because around another important country family "
    "question during without every problem different together already something around morning better "
    "story result change level office health person art war history party within later street inside"
).split()
FILLERS = ("um", "uh,", "you know", "I mean", "the the", "like")


def result_of(said, notes=(), provider="anthropic", index=0):
    """A chunk and its result, of turns like those of the meeting."""
    turns = []
    for start, speaker, text, _ in said:
        end = None if start is None else start + 10
        turns.append(Turn((Segment(" ".join(text.split()), start, end, speaker),), speaker))
    texts = [turn.text if one[3] is None else one[3] for turn, one in zip(turns, said, strict=True)]
    chunk = Chunk(index, "\n\n".join(turn.text for turn in turns), turns=tuple(turns))
    result = ProcessedChunk(
        chunk_index=index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(filter(None, texts)),
        turns=tuple(texts),
        flags=tuple(
            Flag("it says something else", len(turn.text.split()), place)
            for place, (turn, one) in enumerate(zip(turns, said, strict=True))
            if one[3] is None
        ),
        notes=tuple(notes),
        provider=provider,
    )
    return chunk, result


def summary_of(pairs, **facts):
    """The summary that goes with the pairs, as far as the page shows it."""
    counts = {
        "words_in": sum(len(chunk.text.split()) for chunk, _ in pairs),
        "words_out": sum(len(result.cleaned_text.split()) for _, result in pairs),
    }
    return {**SUMMARY, **counts, **facts}


def html_of(pairs, title=TITLE, **facts):
    """The review of the pairs."""
    return "".join(stream_review(make_document(pairs), title, summary_of(pairs, **facts)))


def meeting():
    """One chunk: the meeting."""
    return [result_of(MEETING, MEETING_NOTES)]


def long_talk(words):
    """Pairs of a talk of two people with about so many words, some of them taken out, some flagged."""
    dice = random.Random(7)
    pairs, second, count = [], 0.0, 0
    while count < words:
        said = []
        for place in range(9):
            clean = [dice.choice(WORDS) for _ in range(100)]
            raw = [f"{dice.choice(FILLERS)} {word}" if dice.random() < 0.08 else word for word in clean]
            for at in range(11, 99, 12):
                clean[at] += "."
                clean[at + 1] = clean[at + 1].capitalize()
            text = None if dice.random() < 0.01 else " ".join(clean)
            said.append((second, ("Ann", "Ben")[place % 2], " ".join(raw), text))
            second += 36.0
            count += len(said[-1][2].split())
        pairs.append(result_of(said, index=len(pairs)))
    return pairs
