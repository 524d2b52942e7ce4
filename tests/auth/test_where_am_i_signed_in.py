from messenger.events import Event, SessionEnded
from messenger.models import SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest

SESSIONS = "/api/v4/auth/sessions"


def _signed_in(user: User, address: str = "127.0.0.1") -> Rest:
    rest = Rest(address=address)
    assert rest.sign_in(user.email, PASSWORD)[0] == 200
    return rest


def test_each_place_is_listed_and_the_own_one_marked(alice: User) -> None:
    _signed_in(alice, "203.0.113.7")
    here = _signed_in(alice)

    status, answer = here.get(SESSIONS)

    assert status == 200
    assert [(item["isCurrent"], item["address"], item["kind"]) for item in answer["sessions"]] == [
        (True, "127.0.0.1", "session"),
        (False, "203.0.113.7", "session"),
    ]


def test_others_places_are_not_listed(alice: User, bob: User) -> None:
    _signed_in(bob)

    assert len(_signed_in(alice).get(SESSIONS)[1]["sessions"]) == 1


def test_one_place_can_be_ended_from_another(alice: User, published: list[Event]) -> None:
    there, here = _signed_in(alice), _signed_in(alice)
    there_id = SignIn.objects.order_by("pk")[0].pk

    status, _ = here.delete(f"{SESSIONS}/{there_id}")

    assert status == 200
    assert there.get(SESSIONS)[0] == 401
    assert here.get(SESSIONS)[0] == 200
    assert published == [SessionEnded(audience=(alice.pk,), sign_in_ids=(there_id,), reason="ended_elsewhere")]


def test_anothers_place_answers_as_one_that_is_not_there(alice: User, mallory: User, published: list[Event]) -> None:
    _signed_in(alice)
    mallorys = _signed_in(mallory)

    foreign = mallorys.delete(f"{SESSIONS}/{SignIn.objects.get(user=alice).pk}")

    assert foreign == mallorys.delete(f"{SESSIONS}/999999")
    assert (foreign[0], foreign[1]["code"]) == (404, "not_found")
    assert foreign == mallorys.delete(f"{SESSIONS}/{'9' * 5000}")
    assert foreign == mallorys.delete(f"{SESSIONS}/nonsense")
    assert published == []


def test_an_expired_session_proves_nobody(alice: User) -> None:
    here = _signed_in(alice)

    SignIn.objects.update(expires_at="2020-01-01T00:00:00Z")

    assert here.get(SESSIONS)[0] == 401


def test_a_grown_epoch_ends_what_it_was_begun_under(alice: User) -> None:
    here = _signed_in(alice)

    User.objects.update(session_epoch=1)

    assert here.get(SESSIONS)[0] == 401


def test_who_is_deactivated_is_signed_out_everywhere(alice: User) -> None:
    here = _signed_in(alice)

    User.objects.update(is_active=False)

    assert here.get(SESSIONS)[0] == 401
