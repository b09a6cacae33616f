"""verbatim: strict, seen from outside: every word that was said is in the result, whatever a model does."""

import re

from tests.messages_server import last_user_text, system_text

SAID = "Ann: um the harbour was not built by the town and it it was not paid for until eighteen forty three"


def cleaned_once(model_root, answer, server):
    """The summary and the words of the result of a model that answers so."""
    server.answer = answer
    model_root.write_config(verbatim="strict", chunk_words=400)
    model_root.drop("talk.txt", SAID)
    assert model_root.start("once").wait() == 0
    text = (model_root.outbox / "talk" / "talk.md").read_text().split("**Ann:** ")[1]
    return model_root.summary("talk"), re.findall(r"\w+", text.lower())


def put_marks(body):
    """The turns with a capital, a full stop and a comma, as a careful model puts them."""
    turns = re.search(r"<turn.*</turn>", last_user_text(body), re.S).group()
    return turns.replace(">um", ">Um,").replace("</turn>", ".</turn>")


def drop_not(body):
    return put_marks(body).replace("was not built", "was built")


WORDS = re.findall(r"\w+", SAID.removeprefix("Ann: "))


def test_marks_and_capitals_are_taken(model_root, server):
    summary, words = cleaned_once(model_root, put_marks, server)
    assert words == WORDS
    assert summary["flags"] == []
    assert "strict verbatim record" in system_text(server.bodies[0])


def test_a_model_that_drops_one_not_is_found_out(model_root, server):
    summary, words = cleaned_once(model_root, drop_not, server)
    assert words == WORDS
    assert [flag["reason"] for flag in summary["flags"]] == ["a word was dropped, added or changed"]
