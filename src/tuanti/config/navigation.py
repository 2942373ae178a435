"""The ways every page offers, in the order of the street."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A way: the view it leads to, the picture beside it, and whom it is for (all who may)."""

    address: str
    icon: str
    word: str
    duties: frozenset[str] = frozenset()


ITEMS = (
    Item("web:desk", "home", "web.navigation.desk"),
    Item("consent:desk", "list", "notices.navigation"),
    Item("places:places", "map", "places.navigation.places"),
    Item("places:estates", "estate", "places.navigation.estates"),
    Item("consent:consultations", "talk", "consultation.navigation"),
    Item("consent:heat", "people", "consultation.heat.navigation"),
    Item("consent:demand", "bars", "notices.demand_navigation"),
    Item("places:reports", "bell", "places.navigation.reports"),
    Item("places:imports", "import", "imports.navigation"),
    Item("places:programme", "works", "places.navigation.programme"),
    Item("profiles:profiles", "lift", "profiles.navigation"),
    Item("people:organisations", "firm", "people.navigation.organisations"),
    Item("journal:entries", "journal", "journal.navigation"),
    Item("people:my_account", "person", "people.navigation.my_account"),
)
