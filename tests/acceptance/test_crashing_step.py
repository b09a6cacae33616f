"""A file whose own reading takes the process down: others go on, and in the end it is given up."""

import pytest

from tests.conftest import until

# Never comes to the end of reading a file, as one that is too much for the machine.
READS_FOR_EVER = """
import threading
from daemon import formats
from daemon.cli.main import main
formats.read_source = lambda *file: threading.Event().wait()
main()
"""

LACKS_MEMORY = """
from daemon import formats
from daemon.cli.main import main
def read_source(*file):
    raise MemoryError
formats.read_source = read_source
main()
"""


def killed_while_read(root, *times):
    """Kill the daemon while it reads the file, for the first, second … time."""
    step = root.state / "big" / "STEP"
    for time in times:
        daemon = root.start(driver=READS_FOR_EVER)
        until(lambda time=time: step.exists() and step.read_text() == f"{time}\n")
        daemon.kill()


@pytest.fixture
def big(root):
    root.drop("big.txt")
    return root


def test_a_step_that_took_the_process_down_six_times_fails_its_job_and_no_other(big):
    killed_while_read(big, 1, 2, 3)
    big.drop("small.txt")
    killed_while_read(big, 4, 5, 6)
    daemon = big.start()
    daemon.logged("failed job=big")
    until(lambda: big.results() == ["small"])
    (job,) = big.status()["jobs"]
    assert job["state"] == "failed"
    assert job["error"].startswith("Reading or writing big.txt took the program down 6 times.")
    assert daemon.stop() == 0


def test_five_times_may_be_bad_luck(big):
    killed_while_read(big, 1, 2, 3, 4, 5)
    big.drop("small.txt")
    big.start("once").wait()
    assert big.results() == ["big", "small"]


def test_a_retry_begins_to_count_anew(big):
    killed_while_read(big, 1, 2, 3, 4, 5, 6)
    assert big.start("once").wait() == 1
    big.command("retry", "big")
    killed_while_read(big, 1)
    assert big.start("once").wait() == 0
    assert big.results() == ["big"]


def test_a_crash_between_counts_for_nothing_once_a_step_has_ended(model_root, server):
    root = model_root
    root.drop("big.txt")
    killed_while_read(root, 1, 2)
    server.hold()
    daemon = root.start()
    server.wait_for(1)
    assert not (root.state / "big" / "STEP").exists()
    daemon.kill()
    (root.state / "big" / "plan.jsonl").unlink()
    killed_while_read(root, 1)


def test_a_plug_pulled_while_a_result_is_put_down_says_nothing_of_its_job(make_root, tmp_path):
    waits = tmp_path / "waits.sh"
    # until it may go, or the test's folder is gone: a hook outlives the program that is killed
    waits.write_text('echo >> "$1/hooks"; while [ -e "$1/hooks" ] && [ ! -e "$1/go" ]; do sleep 0.1; done')
    root = make_root(on_done=f"sh {waits} {tmp_path}")
    root.drop("talk.txt")
    for time in range(1, 6):
        daemon = root.start()
        until(
            lambda time=time: (tmp_path / "hooks").exists() and len((tmp_path / "hooks").read_bytes()) == time
        )
        daemon.kill()
    (tmp_path / "go").touch()
    assert root.start("once").wait() == 0
    assert root.results() == ["talk"]


def test_too_little_memory_fails_one_job_in_plain_words_and_a_retry_goes_on(big):
    daemon = big.start("once", driver=LACKS_MEMORY)
    assert daemon.wait() == 1
    assert "not enough memory" in (big.state / "big" / "FAILED").read_text()
    assert "bug=" not in daemon.log
    big.command("retry", "big")
    assert big.start("once").wait() == 0
    assert big.results() == ["big"]
