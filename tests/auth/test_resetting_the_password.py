import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from freezegun import freeze_time

from messenger.errors import RateLimited, ValidationFailed
from messenger.events import Event, SessionEnded
from messenger.models import User
from messenger.services.passwords import person_of_reset_link, request_password_reset, set_password_by_link
from messenger.services.sign_ins import Caller
from tests.rest import Rest

NEW = "a new and much longer password"
HERE = Caller(address="198.51.100.9")


def _mail_after(email: str, caller: Caller = HERE) -> EmailMessage:
    before = len(mail.outbox)
    request_password_reset(email=email, caller=caller)
    deadline = time.monotonic() + 5
    while len(mail.outbox) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    return mail.outbox[-1]


def _link_in(message: EmailMessage) -> tuple[str, str]:
    found = re.search(r"^http://127\.0\.0\.1:8000/auth/reset/([^/]+)/([^/]+)/$", str(message.body), re.MULTILINE)
    assert found is not None
    return found[1], found[2]


def test_the_mailed_link_sets_a_new_password(alice: User) -> None:
    message = _mail_after(" Alice@example.com")
    uid, token = _link_in(message)

    set_password_by_link(uid=uid, token=token, new=NEW)

    assert message.to == ["alice@example.com"]
    assert str(message.body).startswith("Hello Alice Martin,")
    assert Rest().sign_in("alice@example.com", NEW)[0] == 200


def test_every_sign_in_ends(alice: User, published: list[Event]) -> None:
    rest = Rest().as_user(alice)
    uid, token = _link_in(_mail_after(alice.email, Caller(address="198.51.100.10")))

    set_password_by_link(uid=uid, token=token, new=NEW)

    assert rest.get("/api/v4/auth/sessions")[0] == 401
    assert published == [SessionEnded(audience=(alice.pk,), sign_in_ids=None, reason="password_changed")]


def test_a_link_works_once(alice: User) -> None:
    uid, token = _link_in(_mail_after(alice.email, Caller(address="198.51.100.11")))
    set_password_by_link(uid=uid, token=token, new=NEW)

    with pytest.raises(ValidationFailed):
        set_password_by_link(uid=uid, token=token, new=NEW + "!")


def test_a_link_works_for_an_hour(alice: User) -> None:
    uid, token = _link_in(_mail_after(alice.email, Caller(address="198.51.100.12")))

    with freeze_time(timezone.now() + timedelta(minutes=59)):
        assert person_of_reset_link(uid=uid, token=token) == alice
    with freeze_time(timezone.now() + timedelta(minutes=61)):
        assert person_of_reset_link(uid=uid, token=token) is None


@pytest.mark.parametrize("uid", ["", "0", "zzzzzzzzzzzzz", "z" * 5000, "é", "-1"])
def test_a_made_up_link_is_nobodys(alice: User, uid: str) -> None:
    assert person_of_reset_link(uid=uid, token="c1-0123456789abcdef") is None


def test_bobs_token_does_not_open_alices_account(alice: User, bob: User) -> None:
    _, token = _link_in(_mail_after(bob.email, Caller(address="198.51.100.13")))
    uid, _ = _link_in(_mail_after(alice.email, Caller(address="198.51.100.14")))

    assert person_of_reset_link(uid=uid, token=token) is None


@pytest.mark.parametrize("email", ["nobody@example.com", "", "not an address"])
def test_for_an_unknown_address_nothing_is_mailed_and_nothing_said(db: None, email: str) -> None:
    request_password_reset(email=email, caller=Caller(address="198.51.100.15"))

    time.sleep(0.2)
    assert mail.outbox == []


def test_a_deactivated_account_gets_no_mail(alice: User) -> None:
    User.objects.update(is_active=False)

    request_password_reset(email=alice.email, caller=Caller(address="198.51.100.16"))

    time.sleep(0.2)
    assert mail.outbox == []


def test_not_more_than_ten_mails_in_five_minutes(alice: User) -> None:
    caller = Caller(address="198.51.100.17")
    for _ in range(10):
        request_password_reset(email="nobody@example.com", caller=caller)

    with pytest.raises(RateLimited):
        request_password_reset(email="nobody@example.com", caller=caller)


def test_a_weak_password_leaves_the_link_usable(alice: User) -> None:
    uid, token = _link_in(_mail_after(alice.email, Caller(address="198.51.100.18")))

    with pytest.raises(ValidationFailed):
        set_password_by_link(uid=uid, token=token, new="short")

    assert person_of_reset_link(uid=uid, token=token) == alice
