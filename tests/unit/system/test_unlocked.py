from threading import Barrier, Thread

from daemon.system.unlocked import unlocked_property

ONLY_A_HANG = 60  # seconds


class Passage:
    def __init__(self, together):
        self.together, self.reads = together, 0

    @unlocked_property
    def words(self):
        """Its words."""
        self.together.wait(ONLY_A_HANG)
        self.reads += 1
        return ["so", "it", "goes"]


def test_it_is_computed_once():
    passage = Passage(Barrier(1))
    assert passage.words is passage.words
    assert passage.reads == 1


def test_values_of_two_instances_are_computed_side_by_side():
    together = Barrier(2)
    passages = [Passage(together), Passage(together)]
    threads = [Thread(target=lambda passage=passage: passage.words) for passage in passages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [passage.reads for passage in passages] == [1, 1]
