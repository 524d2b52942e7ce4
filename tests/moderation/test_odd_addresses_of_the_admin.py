import pytest
from django.test import Client

from messenger.models import User


@pytest.mark.parametrize(
    "address",
    [
        "messenger/user/?q=%00",
        "messenger/user/?created_at__year=99999",
        "messenger/conversation/?status__exact=%00",
        "messenger/message/?created_at__year=99999",
        "moderation/auditentry/?actor_name=%00",
        "moderation/report/?status__exact=%00",
        "autocomplete/?app_label=messenger&model_name=apiclient&field_name=owner&term=%00",
    ],
)
def test_what_no_database_can_answer_is_a_bad_request(adam: User, address: str) -> None:
    desk = Client()
    desk.force_login(adam)

    page = desk.get(f"/admin/{address}")

    assert (page.status_code, "We did not understand that" in page.content.decode()) == (400, True)
