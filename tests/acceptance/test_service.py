"""`service` from outside: what is written, what is run, what is left alone."""

import pytest

from tests.conftest import until

SYSTEMCTL = """#!/bin/sh
echo "$@" >> {log}
case "$*" in *{failing}*) echo "no bus" >&2; exit 1;; esac
"""


@pytest.fixture
def user(root, tmp_path):
    """A user with a config folder and a systemctl of his own; `calls()` tells what it was asked."""
    return User(root, tmp_path)


class User:
    def __init__(self, root, path):
        self.root = root
        self.unit = path / "config" / "systemd" / "user" / "transcriptd.service"
        self._log = path / "systemctl.log"
        self._bin = path / "bin"
        self._bin.mkdir()
        self.environment = {"XDG_CONFIG_HOME": str(path / "config"), "PATH": f"{self._bin}:/usr/bin:/bin"}
        self.systemctl()

    def systemctl(self, failing="never"):
        script = self._bin / "systemctl"
        script.write_text(SYSTEMCTL.format(log=self._log, failing=failing))
        script.chmod(0o755)

    def calls(self):
        return self._log.read_text().splitlines() if self._log.exists() else []

    def service(self, *words, check=True):
        return self.root.command("service", *words, "--user", env=self.environment, check=check)


def test_install_writes_the_unit_and_says_each_step_before_and_after(user):
    said = user.service("install").stdout
    assert (
        said.index("Writing")
        < said.index("daemon-reload")
        < said.index("enable --now")
        < said.index("It runs")
    )
    assert "loginctl enable-linger" in said
    assert user.calls() == ["--user daemon-reload", "--user enable --now transcriptd"]
    assert f"--config {user.root.path}/config.yaml run" in user.unit.read_text()


def test_show_prints_what_install_would_write_and_writes_nothing(user):
    shown = user.service("show").stdout
    assert not user.unit.exists()
    user.service("install")
    assert user.unit.read_text() == shown


def test_a_unit_that_differs_is_not_overwritten_unasked(user):
    user.unit.parent.mkdir(parents=True)
    user.unit.write_text("[Service]\nExecStart=/bin/true\n")
    refused = user.service("install", check=False)
    assert (refused.returncode, user.calls()) == (2, [])
    assert "--force" in refused.stderr
    assert user.unit.read_text() == "[Service]\nExecStart=/bin/true\n"
    user.service("install", "--force")
    assert user.calls()[-1] == "--user restart transcriptd"


def test_installing_twice_changes_nothing(user):
    user.service("install")
    user.service("install")
    assert not any("restart" in call for call in user.calls())


def test_what_systemd_refuses_is_said(user):
    user.systemctl(failing="enable")
    done = user.service("install", check=False)
    assert done.returncode == 1
    assert "It failed: no bus" in done.stdout
    assert "Written, but not started." in done.stdout
    assert "systemctl --user enable --now transcriptd" in done.stdout


def test_without_a_user_bus_the_way_to_one_is_said(user, tmp_path):
    user.systemctl(failing="--user")
    user.environment |= {"XDG_RUNTIME_DIR": str(tmp_path / "nowhere"), "DBUS_SESSION_BUS_ADDRESS": ""}
    done = user.service("install", check=False)
    assert done.returncode == 1
    assert "no user bus" in done.stdout
    assert "sudo loginctl enable-linger" in done.stdout
    assert "service install --system" in done.stdout


def test_beside_a_daemon_started_by_hand_nothing_is_installed(user):
    user.root.start().logged("watching")
    pid = until(lambda: user.root.status()["daemon"]["pid"])
    refused = user.service("install", check=False)
    assert (refused.returncode, user.calls(), user.unit.exists()) == (2, [], False)
    assert f"(pid {pid})" in refused.stderr
    assert "Ctrl-C" in refused.stderr


def test_uninstall_stops_it_removes_the_unit_and_says_what_stays(user):
    user.service("install")
    said = user.service("uninstall").stdout
    assert not user.unit.exists()
    assert "--user disable --now transcriptd" in user.calls()
    assert f"What stays: {user.root.path}" in said
    assert user.root.inbox.is_dir()
    assert user.service("uninstall", check=False).returncode == 2


def test_what_uninstall_could_not_stop_is_said_to_run_still(user):
    user.service("install")
    user.root.start().logged("watching")
    pid = until(lambda: user.root.status()["daemon"]["pid"])
    user.systemctl(failing="disable")
    done = user.service("uninstall", check=False)
    assert (done.returncode, user.unit.exists()) == (1, False)
    assert f"kill {pid}" in done.stdout


def test_a_bad_config_is_not_installed(user):
    user.root.write_config(outbox="inbox/out")
    assert user.service("install", check=False).returncode == 78
    assert not user.unit.exists()


@pytest.mark.parametrize("name", ["nobody-of-that-name", "daemon\nExecStartPre=/bin/sh"])
def test_a_user_who_is_not_there_is_refused(root, name):
    done = root.command("service", "show", "--system", "--run-as", name, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no user" in done.stderr


@pytest.mark.parametrize("name", ["two\nlines", "a \x07 bell"])
def test_a_folder_that_no_unit_can_name_is_refused(root, name):
    root.write_config(outbox=name)
    done = root.command("service", "show", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No unit can name" in done.stderr


def test_a_second_root_takes_a_name_of_its_own(user):
    user.service("install", "--name", "interviews")
    assert user.unit.with_name("interviews.service").exists()
    assert user.service("install", "--name", "../x", check=False).returncode == 2


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"provider": "offline"}, "PrivateNetwork=yes"),
        ({"base_url": "http://localhost:11434"}, "IPAddressAllow=localhost"),
        ({"base_url": "https://models.example.org"}, "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"),
        ({}, "IPAddressDeny=any"),
    ],
)
def test_the_system_unit_speaks_only_to_whom_the_config_names(root, settings, line):
    root.write_config(**settings)
    shown = root.command("service", "show", "--system", "--run-as", "daemon").stdout
    assert line in shown.splitlines()
    assert ("IPAddressDeny=any" in shown) == ("example.org" not in str(settings))


def test_a_system_unit_has_the_key_as_a_credential_and_never_its_text(root):
    (root.path / ".api-key").write_text("sk-secret")
    (root.path / ".api-key").chmod(0o600)
    shown = root.command("service", "show", "--system", "--run-as", "daemon").stdout
    assert f"LoadCredential=anthropic_api_key:{root.path}/.api-key" in shown
    assert "sk-secret" not in shown


def test_a_system_unit_for_openai_loads_its_key_under_its_own_name_and_leaves_the_addresses_open(make_root):
    root = make_root(provider="openai", model="gpt-6-luna")
    (root.path / ".api-key").write_text("sk-secret")
    (root.path / ".api-key").chmod(0o600)
    shown = root.command("service", "show", "--system", "--run-as", "daemon").stdout
    assert f"LoadCredential=openai_api_key:{root.path}/.api-key" in shown
    assert "IPAddressDeny" not in shown
