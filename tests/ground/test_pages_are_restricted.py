from django.test import Client

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self' ws://testserver wss://testserver; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; "
    "trusted-types messenger"
)


def test_a_page_may_load_and_run_only_what_is_its_own(client: Client, db: None) -> None:
    response = client.get("/no-such-page")

    assert response.headers["Content-Security-Policy"] == _POLICY
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_forged_host_gets_into_no_policy(client: Client, db: None) -> None:
    response = client.get("/no-such-page", headers={"host": "x; script-src *"})

    assert "script-src *" not in response.headers["Content-Security-Policy"]


def test_the_admin_has_a_strict_policy_of_its_own(client: Client, db: None) -> None:
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:" in policy
    assert "unsafe" not in policy


def test_every_answer_names_its_request(client: Client, db: None) -> None:
    kept = client.get("/no-such-page", headers={"x-request-id": "from-the-proxy-7"})
    made = client.get("/no-such-page", headers={"x-request-id": "a b\tc"})

    assert kept.headers["X-Request-Id"] == "from-the-proxy-7"
    assert len(made.headers["X-Request-Id"]) == 32
