"""One file for each language: with the same keys as all, not read before it is needed, enough to add one."""

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import msgspec
import pytest
import yaml

import daemon
from daemon.settings.yaml_text import load_yaml
from daemon.text.languages.knowledge import Language, Rules, codes, load, load_all, words_of_all

PACKAGE = Path(daemon.__file__).parent
FILES = resources.files("daemon.text.languages")


def raw(code):
    """What a file says; one in which a key stands twice is refused."""
    return load_yaml((FILES / f"{code}.yaml").read_text("utf-8"))


def python(code, folder):
    """The words that some code prints, with the package that lies in the folder, else with this one."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("code", codes())
def test_all_files_have_the_same_keys(code):
    assert list(raw(code)) == list(Language.__struct_fields__)
    if raw(code)["rules"] is not None:
        assert set(raw(code)["rules"]) == set(Rules.__struct_fields__)


@pytest.mark.parametrize("code", codes())
def test_every_language_has_a_name_and_something_to_be_told_by(code):
    language = load(code)
    assert language.names
    assert language.script or language.common
    assert not language.negations & language.numbers
    if language.rules is not None:  # which touch none of these anyway
        assert not language.rules.untouched & (language.negations | language.numbers)


@pytest.mark.parametrize("code", codes())
def test_words_are_written_as_they_are_compared(code):
    """Lower case, straight apostrophes: a word in another spelling would never be found."""
    text = (FILES / f"{code}.yaml").read_text("utf-8")
    assert "’" not in "".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for key in ("common", "hesitations", "abbreviations", "negations", "numbers", "no_names", "sounds"):
        words = getattr(load(code), key)
        assert words == {word.lower() for word in words}


@pytest.mark.process
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda known: known.pop("negations"), "negations"),
        (lambda known: known.update(colour="blue"), "colour"),
        (lambda known: known.update(common=["the", "and"]), "common"),
        (lambda known: known["rules"].pop("fillers"), "fillers"),
    ],
)
def test_a_file_that_is_not_as_all_are_is_refused_by_the_name_of_the_key(tmp_path, change, told):
    known = raw("en")
    change(known)
    shutil.copytree(PACKAGE, tmp_path / "daemon", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "daemon" / "text" / "languages" / "xx.yaml"
    file.write_text(yaml.safe_dump(known, allow_unicode=True), "utf-8")
    code = (
        "from daemon.text.languages.knowledge import load\ntry: load('xx')\nexcept Exception as e: print(e)"
    )
    assert told in " ".join(python(code, tmp_path))


def test_there_is_no_language_without_a_file():
    assert load("xx") is None
    assert load("../de") is None


def test_what_holds_in_any_language_is_all_their_words_together():
    assert {"um", "äh", "euh", "эм"} <= words_of_all("hesitations")
    assert load("de").hesitations < words_of_all("hesitations")


def test_the_words_of_a_language_cannot_be_changed():
    with pytest.raises(AttributeError):
        load_all()["de"].names = ()
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"names": "x"}, Language, dec_hook=lambda kind, value: kind(value.split()))


ADDED = """
from daemon.cleaning.offline import clean_chunk
from daemon.cleaning.verify import only_fillers
from daemon.formats.speakers.names import is_note, is_generic
from daemon.text.chunk import Chunk
from daemon.text.languages import code_of, language_of, name_of
from daemon.text.sentences import ends_sentence
said = "mi kredas ke ni devas paroli pri tio, hmu, kaj kaj ĉar estas bone kaj vi kaj li estas."
print(language_of(said), code_of("Esperanto"), name_of("eo"))
print(ends_sentence("sinj."), only_fillers("Hmu."), is_generic("Parolanto 1"), is_note("Rimarko"))
print(clean_chunk(Chunk(0, said)).cleaned_text)
"""


@pytest.mark.process
def test_one_file_adds_a_language(tmp_path):
    """Told, named, cut into sentences, its speakers known, cleaned without a model: by its file alone."""
    known = dict.fromkeys(Language.__struct_fields__, "") | {
        "names": "esperanto",
        "common": "la kaj de en mi vi li ni estas ke ĉar pri por kun sed",
        "hesitations": "hmu",
        "empty_phrases": [],
        "spellings": {},
        "recogniser_boilerplate": [],
        "abbreviations": "sinj",
        "speakers": "parolanto",
        "no_names": "rimarko",
        "counting": None,
        "meaning": None,
        "introductions": None,
        "rules": dict.fromkeys(Rules.__struct_fields__, "")
        | {"fillers": "hmu", "assents": [], "repeatable": "kaj", "set_phrases": [], "markers": []},
    }
    shutil.copytree(PACKAGE, tmp_path / "daemon", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "daemon" / "text" / "languages" / "eo.yaml"
    file.write_text(yaml.safe_dump(known, allow_unicode=True), "utf-8")
    told, named, spoken, *rest = python(ADDED, tmp_path)
    assert (told, named, spoken) == ("eo", "eo", "Esperanto")
    assert rest[:4] == ["False", "True", "True", "True"]
    assert " ".join(rest[4:]).startswith("Mi kredas ke ni devas paroli pri tio kaj ĉar estas")


@pytest.mark.process
@pytest.mark.parametrize("command", ["status", "once"])
def test_status_and_a_start_without_transcripts_read_no_language(tmp_path, command):
    code = f"""
import contextlib, sys
from daemon.cli.main import main
from daemon.text.languages.knowledge import load
for words in (["init", "root"], ["--config", "root/config.yaml", "{command}"]):
    sys.argv[1:] = words
    with contextlib.suppress(SystemExit): main()
print("read", load.cache_info().currsize)
"""
    assert python(code, tmp_path)[-2:] == ["read", "0"]
