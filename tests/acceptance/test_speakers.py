"""Names of speakers from outside: given by proof, suggested on top of the review, chosen by a person."""

import re

SAID = (
    "SPEAKER_00: Hello and welcome to the show. I'm Ann Lee, and I am very glad that you are all here.\n\n"
    "SPEAKER_01: Thank you very much, it is good to be here with you and to talk about all of this.\n\n"
    "SPEAKER_00: So tell us what it was like when you were there, Ben.\n\n"
    "SPEAKER_01: It was just what you would think, and they were not happy about it.\n"
)


def speakers(root, result):
    return re.findall(r"\*\*(.+?):\*\*", (root.outbox / result / f"{result}.md").read_text())


def test_a_name_is_given_by_proof_and_another_is_suggested(root):
    root.drop("talk.txt", SAID)
    root.command("once")
    assert speakers(root, "talk") == ["Ann Lee", "SPEAKER_01"] * 2
    given, suggested = root.summary("talk")["speaker_names"]
    assert (given["label"], given["name"], given["given"]) == ("SPEAKER_00", "Ann Lee", True)
    assert suggested["quote"] in SAID
    assert (suggested["label"], suggested["name"], suggested["given"]) == ("SPEAKER_01", "Ben", False)
    review = (root.outbox / "talk" / "review.html").read_text()
    top = review.partition('id="text"')[0]
    assert "Who speaks" in top
    assert "Ben" in top
    assert "when you were there, Ben." in top


def test_a_model_is_given_the_names_as_well(model_root, server):
    model_root.drop("talk.txt", SAID)
    model_root.command("once")
    assert speakers(model_root, "talk")[0] == "Ann Lee"


def test_the_sidecar_always_wins(root):
    root.write_config(speakers={"SPEAKER_01": "Tom"})
    root.drop("talk.yaml", "speakers: [Eva, Ben]\n")
    root.drop("talk.txt", SAID)
    root.drop("more.txt", SAID)
    root.command("once")
    assert speakers(root, "talk") == ["Eva", "Ben"] * 2
    assert speakers(root, "more") == ["Ann Lee", "Tom"] * 2


def test_a_proved_name_outlives_render_and_a_persons_choice_goes_before(root):
    root.drop("talk.txt", SAID)
    root.command("once")
    root.write_config(speakers={"SPEAKER_01": "Tom"})
    root.command("render", "talk")
    assert speakers(root, "talk") == ["Ann Lee", "Tom"] * 2
    assert [one["label"] for one in root.summary("talk")["speaker_names"]] == ["SPEAKER_00"]
    root.write_config(speakers=["Eva"])
    root.command("render", "talk")
    assert speakers(root, "talk") == ["Eva", "SPEAKER_01"] * 2
