"""What is not asked for is not there: one plain transcript, traced from the drop to the delivery of `once`.

A module is entered where one of its functions runs; what runs while modules are loaded does not count.
"""

import json
from fnmatch import fnmatch

import pytest

TALK = (
    "Ann: So, um, I think we should ship the, the parser on Monday.\n\n"
    "Bob: Yes. You know, the tests are green and nobody found a fault.\n\n"
    "Ann: Good. Then let us do it, uh, after lunch.\n"
)
TRACED = """
import json, sys, threading
import daemon
from daemon.cli.main import main
top, is_optimised = daemon.__path__[0] + "/", 1  # of code: a function's, and not a module's or a class's
entered = {}

def note_call(frame, event, arg):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(top) and code.co_flags & is_optimised:
        if code.co_filename not in entered and not is_loading(frame):
            entered[code.co_filename] = code.co_qualname

def is_loading(frame):
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_code.co_filename.startswith(top):
            return True
        frame = frame.f_back
    return False

threading.setprofile(note_call)
sys.setprofile(note_call)
try:
    main()
finally:
    sys.setprofile(None)
    threading.setprofile(None)
    with open(RESULT, "w") as file:
        json.dump({name.removeprefix(top): which for name, which in entered.items()}, file)
"""
NOBODY_ASKED = {
    "batches": "batches/[!n]* loop/batched_jobs.py",
    "sidecars and edits that come late": "loop/late_sidecars.py status/lone_sidecars.py delivery/amending/*",
    "names that are corrected or hidden": "cleaning/names/* text/names/sp*.py",
    "a summary and chapters": "delivery/extras/* cleaning/extras/* store/saved/extra.py",
    "Word documents": "delivery/word/*",
    "subtitles": "delivery/subtitles/*",
    "cleaning flagged passages again": "delivery/flagged.py",
    "making results again": "delivery/rerender.py",
    "formats whose files look otherwise": "formats/services/* formats/captions/[!ct]* "
    "formats/documents/[!lmt]* formats/documents/markdown.py",
    "numbers of lines and pages, and tables": "formats/documents/lines/page_heads.py "
    "formats/documents/lines/line_numbers.py formats/documents/lines/tables/*",
    "the library": "library/*",
}
"""The modules of what nobody asked for, as the shell writes them."""
NO_MODEL = {
    "asking a model": "cleaning/llm/* cleaning/processor.py cleaning/chunk_questions.py cleaning/prompt.py "
    "cleaning/attempts.py",
    "judging its answers": "cleaning/verify.py cleaning/checks/* store/saved/answers.py",
    "its prices and budgets": "costs/budget.py costs/other_ledgers.py costs/pricing.py",
    "the survey that it is asked for": "intake/survey.py store/saved/survey.py text/names/*",
}
NO_RULES = {
    "the offline rules": "cleaning/offline/*",
    "the survey, of a single chunk": "intake/survey.py store/saved/survey.py",
    "a day's budget, held together with others": "costs/other_ledgers.py",
    "other ways to ask": "cleaning/llm/openai* cleaning/llm/batch_client.py",
}
MOST = {"offline": 155, "model": 183}
"""Modules that are entered: what one plain transcript takes."""


def trace_once(root, path):
    """The modules that `once` enters for one transcript, each with the function by which it was."""
    root.drop("talk.txt", TALK)
    traced = root.start("once", driver=f"RESULT = {str(path)!r}\n{TRACED}")
    assert traced.wait() == 0, traced.log
    assert root.results() == ["talk"]
    entered = json.loads(path.read_text())
    return {name: which for name, which in entered.items() if name.endswith(".py")}


def find_unasked(entered, features):
    """By what nobody asked for, the functions by which it was entered all the same."""
    return {
        feature: found
        for feature, patterns in features.items()
        if (found := [f"{name}: {which}" for name, which in entered.items() if is_one(name, patterns)])
    }


def is_one(name, patterns):
    return any(fnmatch(name, pattern) for pattern in patterns.split())


def test_by_the_rules_one_plain_transcript_takes_what_it_asks_for(root, tmp_path):
    entered = trace_once(root, tmp_path / "entered.json")
    assert find_unasked(entered, NOBODY_ASKED | NO_MODEL) == {}
    assert len(entered) <= MOST["offline"]


def test_by_a_model_one_plain_transcript_takes_what_it_asks_for(make_root, server, tmp_path):
    entered = trace_once(make_root(base_url=server.url), tmp_path / "entered.json")
    assert find_unasked(entered, NOBODY_ASKED | NO_RULES) == {}
    assert len(entered) <= MOST["model"]


@pytest.mark.parametrize(
    ("settings", "feature"),
    [
        ({"outputs": ["md", "docx"]}, "Word documents"),
        ({"corrections": {"parser": "parcel"}}, "names that are corrected or hidden"),
    ],
)
def test_what_is_asked_for_is_found(make_root, tmp_path, settings, feature):
    entered = trace_once(make_root(**settings), tmp_path / "entered.json")
    assert set(find_unasked(entered, NOBODY_ASKED)) == {feature}
