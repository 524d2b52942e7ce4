from messenger.realtime.company import LOOKS_AGAIN_S, Company


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _alone() -> tuple[Company, _Clock]:
    clock = _Clock()
    company = Company(clock)
    number = company.next_number()
    company.note_sent("events", number, 1)
    company.note_echo(number)
    return company, clock


def test_who_alone_hears_themselves_is_alone_for_a_moment() -> None:
    company, clock = _alone()

    assert company.is_alone("events")
    assert not company.is_alone("others")
    clock.now += LOOKS_AGAIN_S
    assert not company.is_alone("events")


def test_the_echo_may_come_before_the_count() -> None:
    company = Company(_Clock())
    number = company.next_number()
    company.note_echo(number)
    assert not company.is_alone("events")

    company.note_sent("events", number, 1)

    assert company.is_alone("events")


def test_one_listener_who_is_somebody_else_is_company() -> None:
    company = Company(_Clock())

    company.note_sent("events", company.next_number(), 1)

    assert not company.is_alone("events")


def test_an_older_echo_proves_nothing() -> None:
    company = Company(_Clock())
    company.note_echo(company.next_number())

    company.note_sent("events", company.next_number(), 1)

    assert not company.is_alone("events")


def test_two_listeners_are_company() -> None:
    company = Company(_Clock())
    number = company.next_number()

    company.note_sent("events", number, 2)
    company.note_echo(number)

    assert not company.is_alone("events")


def test_who_hears_another_is_not_alone_at_once() -> None:
    company, _ = _alone()

    company.note_other()

    assert not company.is_alone("events")
