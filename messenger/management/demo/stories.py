"""The conversations of the demo: one of every type."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Line = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A conversation that `members[0]` opens. `read_by` names who has read all of it; the sender of a line is known.

    `context` is (type, slug) of an offer. `flow` is the state that a campaign or a bid ends in.
    """

    key: str
    type: str
    members: tuple[str, ...]
    hours_ago: float
    lines: tuple[Line, ...]
    title: str = ""
    context: tuple[str, str] | None = None
    read_by: frozenset[str] = frozenset()
    reactions: tuple[tuple[int, str, str], ...] = ()
    pinned_by: tuple[str, ...] = ()
    flow: Mapping[str, object] = field(default_factory=dict)


STORIES = (
    Story(
        key="direct-alice-bob",
        type="direct",
        members=("alice", "bob"),
        hours_ago=3,
        lines=(
            ("alice", "Hi Bob, the tasting was wonderful. My mother is still talking about the beetroot."),
            ("bob", "That makes my week! The beetroot is my grandmother's recipe, slightly modernised."),
            ("alice", "Two small questions: can we have the main course without walnuts for one guest?"),
            ("bob", "Of course. Is it an allergy, or a dislike? For an allergy we plate it apart."),
            ("alice", "An allergy, a serious one."),
            ("bob", "Understood. I note it for table and kitchen, and I will plate that one myself."),
            ("alice", "Thank you, that takes a weight off. And the second: could dinner be at half past seven?"),
            ("bob", "Half past seven is fine. We then start with the canapés at six, so that nobody starves."),
            ("bob", "I'll send the new schedule tomorrow morning."),
        ),
        read_by=frozenset({"bob"}),
        reactions=((1, "alice", "❤️"), (5, "alice", "🙏")),
        pinned_by=("alice",),
    ),
    Story(
        key="direct-alice-carol",
        type="direct",
        members=("alice", "carol"),
        hours_ago=50,
        lines=(
            ("carol", "Good morning Alice! The preview gallery is ready, 40 pictures to begin with."),
            ("alice", "I looked at it on the train and cried a bit. In a good way."),
            ("carol", "Those are the best reviews. Take your time and mark the ones for the album."),
            ("alice", "Will do over the weekend. Number 17 must be in it, whatever else."),
            ("carol", "Number 17 is on my wall as well, if you allow."),
        ),
        read_by=frozenset({"alice", "carol"}),
        reactions=((4, "alice", "😂"),),
    ),
    Story(
        key="enquiry-summer-wedding",
        type="enquiry",
        members=("alice", "carol"),
        context=("package", "summer-wedding"),
        hours_ago=170,
        lines=(
            ("alice", "Hello! Is the package available on the second Saturday of July?"),
            ("carol", "Hello Alice, that Saturday is free at the moment. How many guests will you be?"),
            ("alice", "About 80. The ceremony is at two, in the garden of the old mill."),
            ("carol", "I know the mill, the light there in the afternoon is a gift. I can hold the date for a week."),
            ("alice", "Please do. Does the price include the second photographer?"),
            ("carol", "Yes, both of us for ten hours, and the album. Travel is included as well, the mill is close."),
        ),
        read_by=frozenset({"alice", "carol"}),
    ),
    Story(
        key="marketplace-copper-bar",
        type="marketplace",
        members=("alice", "bob"),
        context=("marketplace_listing", "copper-bar"),
        hours_ago=26,
        lines=(
            ("alice", "Is the copper bar still for sale? And would it fit through a door of 80 cm?"),
            ("bob", "It is. Each of the three parts is 74 cm wide, so yes, with careful hands."),
            ("alice", "Could I come and look at it on Thursday after five?"),
            ("bob", "Thursday half past five, pier 4, the blue door. Ring twice."),
        ),
        read_by=frozenset({"alice"}),
    ),
    Story(
        key="suppliers-bob-carol",
        type="supplier_network",
        members=("bob", "carol"),
        title="Old mill, July",
        hours_ago=20,
        lines=(
            ("bob", "We are both at the mill in July. When do you need the family for pictures?"),
            ("carol", "Between four and five, if the weather holds. Later the sun is behind the barn."),
            ("bob", "Then I serve the cake at five and not before."),
            ("carol", "You are a gentleman. Is there power behind the stage? I need two sockets."),
            ("bob", "There is one line of 16 A, and the oven eats most of it. I'll bring a second one."),
        ),
        read_by=frozenset({"bob"}),
        reactions=((2, "carol", "👍"),),
    ),
    Story(
        key="support-alice",
        type="support",
        members=("alice", "adam"),
        title="Help with the calendar",
        hours_ago=300,
        lines=(
            ("alice", "My calendar shows the tasting twice. Did I book it twice?"),
            ("adam", "You did not: the second one is the supplier's reminder. I have merged the two."),
            ("alice", "That was quick, thank you!"),
        ),
        read_by=frozenset({"alice", "adam"}),
        reactions=((2, "adam", "👍"),),
    ),
    Story(
        key="group-summer-party",
        type="group",
        members=("alice", "bob", "carol"),
        title="Wedding at the old mill",
        hours_ago=6,
        lines=(
            ("alice", "Welcome, everybody! I thought one place for the three of us saves a lot of forwarding."),
            ("bob", "Very good idea. Menu and times are with me."),
            ("carol", "Pictures and light are with me. Bob, what colour are the table cloths?"),
            ("bob", "White linen, with sage green napkins."),
            ("carol", "Perfect, that will glow."),
            ("alice", "The band arrives at four. They need ten minutes for the sound check, before the cake."),
            ("bob", "Noted:\n• 16:00 band\n• 17:00 cake\n• 18:00 canapés\n• 19:30 dinner"),
            ("carol", "And 20:45 sunset, please let me steal the couple for a quarter of an hour."),
        ),
        read_by=frozenset({"bob"}),
        reactions=((6, "alice", "👏"), (6, "carol", "👏"), (7, "bob", "🌅")),
    ),
    Story(
        key="campaign-harbour-kitchen",
        type="campaign",
        members=("bob", "alice"),
        title="Autumn menu",
        context=("supplier_profile", "harbour-kitchen"),
        hours_ago=75,
        lines=(
            (
                "bob",
                "Our autumn menu is out: pumpkin, quince and a very old cheese. Shall we send you the tasting dates?",
            ),
        ),
        read_by=frozenset({"bob"}),
        flow={
            "flow_state": "awaiting_reply",
            "chat_status": "automated",
            "awaiting_role": "customer",
            "current_action_data": {
                "buttons": [{"id": "send_dates", "label": "Send me the dates"}, {"id": "later", "label": "Later"}]
            },
        },
    ),
    Story(
        key="bid-copper-bar",
        type="bid",
        members=("carol", "bob"),
        title="Bid for the copper bar",
        context=("marketplace_listing", "copper-bar"),
        hours_ago=44,
        lines=(
            ("carol", "I would offer 1,400 for the bar, delivered to the studio."),
            ("bob", "1,500 with delivery, and I bring the ice tongs."),
            ("carol", "Let me measure the door first, I'll answer by Friday."),
        ),
        read_by=frozenset({"carol"}),
        flow={"flow_state": "negotiating", "chat_status": "real_time", "awaiting_role": "customer"},
    ),
)
