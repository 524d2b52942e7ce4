from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    name: str
    display_name: str
    role: str
    tier: str = "free"

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"


@dataclass(frozen=True, slots=True)
class DemoOffer:
    kind: str
    slug: str
    title: str
    owner: str
    text: str


PEOPLE = (
    DemoPerson("alice", "Alice Martin", "customer", "pro"),
    DemoPerson("bob", "Bob Baker", "supplier", "pro_plus"),
    DemoPerson("carol", "Carol Chen", "supplier"),
    DemoPerson("mallory", "Mallory Moss", "customer"),
    DemoPerson("adam", "Adam Abel", "admin"),
)

OFFERS = (
    DemoOffer(
        "supplier",
        "harbour-kitchen",
        "Harbour Kitchen",
        "bob",
        "Seasonal catering for 20 to 250 guests, cooked on site. We bring the kitchen, the crockery and the people, "
        "and leave the place as we found it.\n\nVegetarian and vegan menus are the rule here, not the exception.",
    ),
    DemoOffer(
        "package",
        "summer-wedding",
        "Summer wedding: ten hours of photography",
        "carol",
        "From getting ready to the first dance: ten hours, two photographers, about 600 edited pictures within three "
        "weeks, and a printed album of 60 pages.\n\nTravel within 100 km is included.",
    ),
    DemoOffer(
        "listing",
        "copper-bar",
        "Mobile copper bar, four metres",
        "bob",
        "Hand-made, two ice wells, fits through a standard door in three parts. Used for one season; two small dents, "
        "see the second picture.\n\nPick-up near the harbour, delivery by arrangement.",
    ),
)
