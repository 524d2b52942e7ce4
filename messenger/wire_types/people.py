"""People, and what is theirs: profile, sign-ins, limits, contacts, blocks."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta

from messenger.wire_types.values import (
    PLAIN,
    Absent,
    AnyPersonId,
    Count,
    Done,
    Id,
    Input,
    Moment,
    Name,
    Path,
    PersonId,
    Presence,
    Reason,
    Role,
    Shape,
    Tier,
    Yes,
)

Email = Annotated[str, Meta(min_length=1, max_length=254, examples=["alice@example.com"])]
Password = Annotated[str, Meta(min_length=1, max_length=1024, examples=["correct horse battery staple"])]
Token = Annotated[str, Meta(description="A JWT.", examples=["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln"])]


class User(Shape):
    """Somebody's profile, as they see it themselves."""

    id: PersonId
    user_id: PersonId
    display_name: Name
    name: Name
    first_name: Annotated[str, Meta(examples=["Bob"])]
    avatar: Path | None
    avatar_url: Path | None
    role: Role
    subscription_tier: Tier
    email: Annotated[str, Meta(description="Shown to its owner only.", examples=["alice@example.com"])]


class Credentials(Input):
    """What a person signs in with."""

    email: Email
    password: Password


class SignInForm(Credentials):
    """What a browser signs in with; `remember` keeps the session beyond the browser's own end."""

    remember: bool | Absent | None = UNSET


class SignedIn(Done):
    """The session cookie is set."""

    ok: Yes
    user: User


class SignedOut(Done):
    """The session, or the token's family, has ended."""

    ok: Yes


class WhoAmI(Done):
    """Who the caller is, if anybody."""

    user: User | None


class OwnProfile(Done):
    """The caller's profile."""

    user: User


class ProfileChanges(Input, forbid_unknown_fields=True):
    """What to change; an absent field stays, `avatar: null` takes the picture away."""

    display_name: (
        Annotated[str, Meta(min_length=1, max_length=100, pattern=PLAIN, examples=["Alice Martin"])] | Absent | None
    ) = UNSET
    avatar: Annotated[str, Meta(max_length=300, examples=["/static/faces/alice.webp"])] | Absent | None = UNSET
    locale: Annotated[str, Meta(max_length=16, examples=["en-GB"])] | Absent | None = UNSET
    timezone: Annotated[str, Meta(max_length=64, examples=["Europe/London"])] | Absent | None = UNSET
    presence_visible: bool | Absent | None = UNSET


class PasswordChange(Input):
    """The present password and the next one."""

    current: Password
    new: Annotated[str, Meta(min_length=8, max_length=1024, examples=["a longer staple of horses"])]


class RefreshToken(Input):
    """The refresh token of a pair."""

    refresh: Annotated[str, Meta(min_length=1, max_length=4096, examples=["eyJhbGciOiJIUzI1NiJ9.e30.c2ln"])]


class TokenPair(Done):
    """Access for 15 minutes, and what it is renewed with for 14 days; each refresh replaces both."""

    access: Token
    refresh: Token
    access_token: Token
    token: Token
    user: User


class SignIn(Shape):
    """A place where the caller is signed in."""

    id: Id
    kind: Literal["session", "token"]
    user_agent: Annotated[str, Meta(examples=["Mozilla/5.0 (X11; Linux x86_64)"])]
    address: Annotated[str, Meta(examples=["192.0.2.17"])] | None
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    is_current: bool


class SignIns(Done):
    """Where the caller is signed in."""

    sessions: list[SignIn]


class CsrfToken(Done):
    """The token to send along as `X-CSRF-Token`."""

    csrf_token: Annotated[str, Meta(examples=["q2Vf0Kz1"])]
    token: Annotated[str, Meta(examples=["q2Vf0Kz1"])]


class Limit(Shape):
    """What is left of the limit that will be reached first."""

    limit: Annotated[int, Meta(ge=0, examples=[30])]
    remaining: Annotated[int, Meta(ge=0, examples=[28])]
    reset_at: Moment


class Limits(Done):
    """What the caller's tier still allows."""

    tier: Tier
    messages: Limit
    conversations: Limit
    uploads: Limit
    search: Limit


class Contact(Shape):
    """Somebody whom the caller may write to."""

    user_id: PersonId
    id: PersonId
    display_name: Name
    avatar: Path | None
    role: Role
    status: Presence


class Contacts(Done):
    """People whom the caller may write to."""

    contacts: list[Contact]
    count: Count


class ContactFilters(Input):
    """Which people."""

    q: (
        Annotated[
            str, Meta(description="Part of a name; e-mail addresses match nothing.", max_length=100, pattern=PLAIN)
        ]
        | Absent
    ) = UNSET
    role: Annotated[Role, Meta(description="People of this role.")] | Absent = UNSET
    limit: Annotated[int, Meta(description="More than 100 counts as 100.", ge=1, le=10**9)] | Absent = UNSET


class Block(Shape):
    """Somebody whom the caller does not want to hear of."""

    user_id: PersonId
    blocked_user_id: PersonId
    display_name: Name
    avatar: Path | None
    reason: str
    created_at: Moment


class Blocks(Done):
    """Whom the caller has blocked."""

    blocks: list[Block]
    count: Count


class NewBlock(Input):
    """Whom to block, and a note for oneself."""

    user_id: AnyPersonId
    reason: Reason | Absent | None = UNSET


class Blocked(Done):
    """The block, new or as it stood."""

    block: Block
