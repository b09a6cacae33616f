"""What a daemon takes over while it runs: only what its writer is done with."""

from daemon.settings.config import load_config
from daemon.settings.config_watch import ConfigWatch


def test_corrections_are_taken_over_when_their_writer_is_done(tmp_path):
    (tmp_path / "config.yaml").write_text("provider: offline\n")
    adopted = []
    watch = ConfigWatch(load_config(str(tmp_path / "config.yaml")), adopted.append, lambda root: [])
    with open(tmp_path / "corrections.yaml", "w") as file:
        file.write("Eefa: Ao")
        file.flush()
        watch.look()
        assert adopted == []
        file.write("ife\n")
    watch.look()
    assert [root.config.corrections for root in adopted] == [{"Eefa": "Aoife"}]
