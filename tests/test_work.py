"""Counted work tells what is linear from what is not."""

from tests.work import work


def once_each(size: int) -> int:
    return sum(1 for _ in range(size))


def test_the_same_work_counts_the_same() -> None:
    assert work(lambda: once_each(50)) == work(lambda: once_each(50))


def test_twice_as_much_counts_about_twice() -> None:
    assert work(lambda: once_each(400)) < 2.2 * work(lambda: once_each(200))


def test_a_round_for_each_counts_more_than_twice() -> None:
    def rounds(size: int) -> int:
        return work(lambda: [once_each(size) for _ in range(size)])

    assert rounds(200) > 3 * rounds(100)
