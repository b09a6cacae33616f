"""How long `once` waits while nobody can go on."""

from types import SimpleNamespace

from daemon.cli.run import _Patience
from daemon.workers.admission import Hold


def loop(*, is_probing):
    holds = SimpleNamespace(held=Hold("the model is loading", 0.0), batches=None)
    admission = SimpleNamespace(is_probing=is_probing)
    return SimpleNamespace(jobs=SimpleNamespace(holds=holds), paused=None, admission=admission)


def test_once_gives_up_when_its_patience_is_over():
    patience = _Patience(0)
    assert patience.over(loop(is_probing=False))
    assert patience.lost == "the model is loading"


def test_once_does_not_give_up_while_its_probe_is_being_answered():
    patience = _Patience(0)
    assert not patience.over(loop(is_probing=True))
    assert patience.over(loop(is_probing=False))
