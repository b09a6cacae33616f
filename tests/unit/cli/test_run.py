"""How long `once` waits while nobody can go on."""

from types import SimpleNamespace

from daemon.cli import run
from daemon.cli.run import _Patience
from daemon.intake.inbox import Candidate
from daemon.workers.admission import Hold


def loop(*, is_probing):
    holds = SimpleNamespace(held=Hold("The model is loading.", 0.0), batches=None)
    admission = SimpleNamespace(is_probing=is_probing)
    return SimpleNamespace(jobs=SimpleNamespace(holds=holds), paused=None, admission=admission)


def test_once_gives_up_when_its_patience_is_over():
    patience = _Patience(0)
    assert patience.is_over(loop(is_probing=False))
    assert patience.lost == "The model is loading. This run is over: asked again at the next start."


def test_once_does_not_give_up_while_its_probe_is_being_answered():
    patience = _Patience(0)
    assert not patience.is_over(loop(is_probing=True))
    assert patience.is_over(loop(is_probing=False))


def test_once_gives_up_on_files_that_are_kept_open_but_not_while_they_change(monkeypatch):
    clock = SimpleNamespace(now=100.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(run, "time", clock)
    holds = SimpleNamespace(held=None)
    batching = SimpleNamespace(is_idle=True)
    jobs = SimpleNamespace(holds=holds, awaits_batches=False, at_rest=True, batching=batching)
    admission = SimpleNamespace(is_probing=False)
    inbox = SimpleNamespace()
    loop = SimpleNamespace(jobs=jobs, paused=None, admission=admission, inbox=inbox, uses_files=False)
    patience = _Patience(10)
    for size in range(5):
        inbox.kept_open = [Candidate("open.txt", (1, 2, size, 4), 0)]
        assert not patience.is_over(loop)
        clock.now += 9
        assert not patience.is_over(loop)
    clock.now += 9
    assert patience.is_over(loop)
    assert "'open.txt'" in patience.lost
