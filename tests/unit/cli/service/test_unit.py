"""The systemd unit: as closed as the root allows, judged by systemd itself."""

import shutil
import subprocess

import pytest
import yaml

from daemon.cli.service.systemd import Service
from daemon.cli.service.unit import API_ADDRESSES, LOCAL_ADDRESSES, Installation, system_unit, user_unit
from daemon.errors import UsageError
from daemon.settings.config import load_config

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")


def place(root="/srv/talks", **other):
    facts = {
        "config": f"{root}/config.yaml",
        "inbox": f"{root}/inbox",
        "outbox": f"{root}/outbox",
        "state": f"{root}/state",
        "python": "/usr/bin/env",  # any program that is there
        "code": ("/usr", "/opt/transcriptd"),
        "user": "daemon",
        "addresses": (*LOCAL_ADDRESSES, *API_ADDRESSES),
    }
    return Installation(**{**facts, **other})


def lines(unit):
    return unit.text.splitlines()


def analyze(tmp_path, unit, *words):
    file = tmp_path / "transcriptd.service"
    file.write_text(unit.text)
    done = subprocess.run(["systemd-analyze", *words, str(file)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def exposure(tmp_path, unit):
    said = analyze(tmp_path, unit, "security", "--offline=true")
    return float(said.rpartition("transcriptd.service: ")[2].split()[0])


@pytest.mark.process
@needs_systemd
@pytest.mark.parametrize(
    "one",
    [
        place(),
        place("/srv/my %talks"),
        place("/srv/ann's"),
        place("/home/ann/10:30"),
        place(key_file="/srv/talks/.api-key"),
        place(addresses=()),
    ],
    ids=["plain", "odd name", "apostrophe", "colon", "key", "offline"],
)
def test_the_system_unit_is_safe_and_well_formed_in_the_eyes_of_systemd(tmp_path, one):
    assert exposure(tmp_path, system_unit(one)) <= 1.0
    assert analyze(tmp_path, system_unit(one), "verify") == ""


@pytest.mark.process
@needs_systemd
def test_the_user_unit_is_well_formed(tmp_path):
    assert analyze(tmp_path, user_unit(place("/home/ann/my talks")), "verify") == ""


def test_all_folders_are_one_mount_so_that_a_rename_crosses_them():
    assert [line for line in lines(system_unit(place())) if line.startswith("ReadWritePaths")] == [
        "ReadWritePaths=/srv/talks"
    ]


def test_folders_far_apart_are_named_each_and_that_is_said():
    unit = system_unit(place(outbox="/mnt/share/out"))
    assert "ReadWritePaths=/mnt/share/out" in lines(unit)
    assert any("far apart" in sentence for sentence in unit.relaxed)


def test_of_the_homes_only_what_is_needed_is_seen_and_that_is_said():
    unit = system_unit(place("/home/ann/talks", code=("/home/ann/venv", "/usr")))
    assert {"ProtectHome=tmpfs", "BindPaths=/home/ann/talks", "BindReadOnlyPaths=/home/ann/venv"} <= set(
        lines(unit)
    )
    assert unit.relaxed == ["Of the homes it sees /home/ann/talks, /home/ann/venv, and nothing else."]
    assert "ProtectHome=yes" in lines(system_unit(place()))


def test_what_the_config_names_elsewhere_in_a_home_is_seen(tmp_path, monkeypatch):
    root, home = tmp_path / "root", tmp_path / "home"
    names = ["own.md", "notes.md", "brand.docx", "tell"]
    for folder in (root, home):
        folder.mkdir()
    for name in names:
        (home / name).write_text("")
    settings = {
        "style": f"{home}/own.md",
        "profiles": {"course": {"style": f"{home}/notes.md"}},
        "docx_template": f"{home}/brand.docx",
        "on_done": f"{home}/tell done {home}/nothing",
    }
    (root / "config.yaml").write_text(yaml.safe_dump(settings))
    monkeypatch.setattr("daemon.cli.service.unit._HOMES", (str(home),))
    service = Service("transcriptd", print, system=True)
    unit = service.make_unit(load_config(str(root / "config.yaml")), "daemon", anywhere=False)
    seen = {line for line in lines(unit) if line.startswith("BindReadOnlyPaths")}
    assert seen == {f"BindReadOnlyPaths={home}/{name}" for name in names}


@pytest.mark.parametrize("folder", ["ann's", 'a "b"', "back\\slash"])
def test_a_program_that_systemd_would_not_run_gets_no_unit(tmp_path, monkeypatch, folder):
    (tmp_path / "config.yaml").write_text("")
    monkeypatch.setattr("sys.executable", f"/srv/{folder}/.venv/bin/python")
    root = load_config(str(tmp_path / "config.yaml"))
    with pytest.raises(UsageError, match="systemd runs no program"):
        Service("transcriptd", print, system=False).make_unit(root, None, anywhere=False)


def test_a_prompt_elsewhere_in_a_home_is_seen_and_no_other_file_beside_it():
    unit = system_unit(place(files=("/home/ann/prompts/own.md",)))
    assert {"ProtectHome=tmpfs", "BindReadOnlyPaths=/home/ann/prompts/own.md"} <= set(lines(unit))
    inside = system_unit(place("/home/ann/talks", files=("/home/ann/talks/own.md",)))
    assert not any(line.startswith("BindReadOnlyPaths") for line in lines(inside))


def test_temporary_files_are_its_own_unless_it_lies_among_them_and_that_is_said():
    assert "PrivateTmp=yes" in lines(system_unit(place()))
    for root, code in (("/tmp/talks", ("/usr",)), ("/srv/talks", ("/var/tmp/venv", "/usr"))):
        unit = system_unit(place(root, code=code))
        assert "PrivateTmp=yes" not in lines(unit)  # it would hide the folder that is needed
        assert any("/tmp" in sentence for sentence in unit.relaxed)


def test_only_python_and_the_programs_of_the_system_can_be_run_unless_the_config_names_commands():
    assert "ExecPaths=-/usr -/lib -/lib64 -/bin -/opt/transcriptd" in lines(system_unit(place()))
    unit = system_unit(place(commands=True))
    assert "NoExecPaths=/" not in lines(unit)
    assert any("commands" in sentence for sentence in unit.relaxed)


def test_the_addresses_are_those_that_are_needed():
    assert "IPAddressAllow=localhost" in lines(system_unit(place(addresses=("localhost",))))
    assert "PrivateNetwork=yes" in lines(system_unit(place(addresses=())))
    unit = system_unit(place(addresses=None))
    assert not any(line.startswith("IPAddress") for line in lines(unit))
    assert unit.relaxed == ["Any address can be spoken to."]


def test_it_gets_the_time_that_it_needs_to_stop_and_a_bad_config_does_not_loop():
    found = lines(system_unit(place(grace=45.0)))
    assert {"TimeoutStopSec=100", "RestartPreventExitStatus=78", "Type=notify", "KillMode=mixed"} <= set(
        found
    )


def test_the_user_unit_leaves_out_what_a_user_manager_cannot_do():
    found = lines(user_unit(place("/home/ann/talks")))
    names = {line.partition("=")[0] for line in found}
    assert not names & {
        "User",
        "CapabilityBoundingSet",
        "ProtectKernelModules",
        "PrivateDevices",
        "LoadCredential",
    }
    assert {"NoNewPrivileges=yes", "SystemCallFilter=@system-service", "WantedBy=default.target"} <= set(
        found
    )
    assert user_unit(place()).relaxed


def test_odd_names_are_not_taken_for_anything_else():
    found = lines(system_unit(place('/srv/a "b" %h $x')))
    assert 'ReadWritePaths="/srv/a \\"b\\" %%h $x"' in found
    assert any('--config "/srv/a \\"b\\" %%h $$x/config.yaml" run' in line for line in found)
