"""What the documents say is what the program does."""

import json
import re
from pathlib import Path

import pytest

import daemon
from daemon import cli, errors
from daemon.config import Config

PROSE = {"is", "works"}  # words that follow the program's name in sentences
OTHER_NAMES = {"process_with_checkpoints", "zsh_source", "fish_source", "anthropic_api_key"}
HERE = Path(__file__).parent.parent
README = (HERE / "README.md").read_text()
CHANGELOG = (HERE / "CHANGELOG.md").read_text()


def test_the_readme_names_every_command_and_no_other():
    table = re.search(r"\| command \| does \|\n(.*?)\n\n", README, re.S).group(1)
    named = set()
    for row in table.splitlines()[1:]:
        named |= {words.split()[0] for words in re.findall(r"`([a-z].*?)`", row.split("|")[1])}
    assert named == set(cli.cli.commands)


def test_the_readme_names_every_exit_code():
    codes = {getattr(errors, name) for name in dir(errors) if name.startswith("EXIT_")}
    text = re.search(r"Exit codes:(.*?)\n\n", README, re.S).group(1)
    assert {int(code) for code in re.findall(r"\b(\d+) ", text)} == codes


@pytest.mark.parametrize(
    "document", ["README.md", *(f"docs/{path.name}" for path in (HERE / "docs").glob("*.md"))]
)
def test_every_setting_that_a_document_names_exists(document):
    text = (HERE / document).read_text()
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text))
    assert named <= set(Config.model_fields) | OTHER_NAMES


def test_the_config_reference_has_every_setting_with_its_default():
    text = (HERE / "docs/config.md").read_text()
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| `(.*?)` \|", text, re.M)
    told = {key: json.loads(default) for keys, default in rows for key in re.findall(r"`(\w+)`", keys)}
    assert told == Config().model_dump(mode="json")


def test_every_link_between_the_documents_leads_somewhere():
    for document in (HERE / "docs").glob("*.md"):
        for name in re.findall(r"\]\(([a-z][^):#]*)\)", document.read_text()):
            assert (document.parent / name).exists(), (document.name, name)


def test_every_command_that_a_document_shows_exists():
    for document in [HERE / "README.md", *(HERE / "docs").glob("*.md")]:
        for word in re.findall(r"transcriptd (?:--config \S+ )?([a-z]+)\b", document.read_text()):
            assert word in cli.cli.commands or word in PROSE, (document.name, word)


def test_every_file_that_the_readme_names_is_there():
    for name in re.findall(r"\]\(([a-z][^):#]*)\)", README):
        assert (HERE / name).exists(), name
    assert (HERE / "examples/team-meeting.vtt").exists()


def test_the_changelog_begins_with_the_present_version():
    assert re.search(r"^## (\S+)", CHANGELOG, re.M).group(1) == daemon.__version__


def test_the_readmes_library_example_runs(tmp_path, monkeypatch, server):
    code = re.search(r"```python\n(.*?)```", README, re.S).group(1)
    code = code.replace('LLMProcessor("anthropic", api_key)', "LLMProcessor('anthropic', base_url=url)")
    monkeypatch.chdir(tmp_path)
    scope = {"url": server.url}
    exec(compile(code, "README.md", "exec"), scope)
    assert scope["completed"]
    assert scope["results"][0].cleaned_text == "hello and welcome"


def test_what_the_readme_shows_of_the_log_is_what_is_logged(root):
    example = (HERE / "examples/team-meeting.vtt").read_text()
    daemon_process = root.start()
    daemon_process.logged("watching")
    root.drop("team-meeting.vtt", example)
    daemon_process.logged("delivered")
    shown = re.search(r"What you will see:\n\n```\n(.*?)```", README, re.S).group(1)
    for line in shown.splitlines():
        parts = [part.strip() for part in re.split("…", line) if part.strip()]
        assert any(all(part in said for part in parts) for said in daemon_process.log), line
