from presence.retelling import AGAIN_AFTER_S, AT_MOST, UNSURE_FOR_S, Retelling


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_was_told_meanwhile_and_just_before_is_told_again_once() -> None:
    clock = Clock()
    retelling = Retelling(clock)

    retelling.note([(1, "online")])
    clock.now += UNSURE_FOR_S + 1
    retelling.note([(2, "offline")])
    clock.now += UNSURE_FOR_S - 1
    retelling.outage_began()
    retelling.note([(3, "away")])
    clock.now += 3600
    retelling.note([(4, "online"), (3, "offline")])
    too_early = retelling.take_due()
    retelling.outage_ended()
    at_once = retelling.take_due()
    retelling.note([(5, "online")])
    clock.now += AGAIN_AFTER_S
    again, once_more = retelling.take_due(), retelling.take_due()

    assert (too_early, at_once, again, once_more) == ([], [], [2, 4, 3, 5], [])


def test_an_outage_that_nobody_here_saw_is_healed_as_well() -> None:
    clock = Clock()
    retelling = Retelling(clock)

    retelling.note([(1, "online")])
    clock.now += 1
    retelling.outage_ended()
    clock.now += AGAIN_AFTER_S

    assert retelling.take_due() == [1]


def test_of_too_many_those_who_changed_last_are_told_again() -> None:
    clock = Clock()
    retelling = Retelling(clock)

    retelling.outage_began()
    retelling.note([(number, "online") for number in range(AT_MOST + 2)])
    retelling.outage_ended()
    clock.now += AGAIN_AFTER_S

    assert retelling.take_due() == list(range(2, AT_MOST + 2))
