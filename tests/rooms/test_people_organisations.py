"""Organisations, accounts and posts: who may do what, and what is never done twice or alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.people_cast import NOW, PASSWORD, Town, actor, person, quick, town
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK, NOBODY
from tuanti.people.commands import accounts, organisations, posts
from tuanti.people.models import Account, Organisation, Post
from tuanti.people.permissions import NotPermitted
from tuanti.people.queries import (
    accounts_for,
    actor_for,
    actor_named,
    found,
    holders,
    organisations_for,
)
from tuanti.people.refusals import (
    AccountClosed,
    AccountTaken,
    BadIdentifier,
    BadPhone,
    HouseOpen,
    LastAdministrator,
    NameMissing,
    OrganisationClosed,
    OrganisationTaken,
    OwnAccount,
    OwnPost,
    PeriodEmpty,
    PostEnded,
    PostHeld,
    ScopeOutside,
    UnknownAccount,
    UnknownOrganisation,
    UnknownPost,
)
from tuanti.rules.duties import DutiesIncompatible, DutyNotOfKind, UnknownKind
from tuanti.rules.errors import RuleBroken

__all__ = ["quick", "town"]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def opened(by: Account, kind: str = "community", place: str = "city/yubei/longta/a") -> str:
    made = organisations.open_organisation(
        kind=kind, name="锦绣社区居委会", place=place, by=actor(by), now=NOW
    )
    return made.pk


def test_an_organisation_is_named_by_its_initials_and_found_by_pinyin(town: Town) -> None:
    slug = opened(town.yubei)
    assert slug == "jxsqjwh"
    rows = Organisation.objects.all()
    for asked in ("锦绣", "jinxiu", "JXSQ", " jxsqjwh "):
        assert [row.pk for row in found(rows, asked)] == [slug], asked
    second = opened(town.nanan, place="city/nanan/b")
    assert second == "jxsqjwh-2"


def test_each_act_writes_one_entry_without_personal_data(town: Town) -> None:
    before = Entry.objects.count()
    account, password = accounts.open_account(
        organisation="jia",
        username="Jia.Li",
        name="李小甲",
        phone="139 0000 1234",
        by=actor(town.root),
        now=NOW,
    )
    entry = Entry.objects.order_by("id").last()
    assert Entry.objects.count() == before + 1
    assert entry is not None
    assert (entry.act, entry.subject_id) == ("account.open", str(account.pk))
    for secret in ("李小甲", "13900001234", "139 0000 1234", password, "jia.li"):
        assert secret not in str(entry.facts)
    assert account.username == "jia.li"
    assert account.check_password(password)
    assert account.masked_phone == "139******1234"


def test_an_administrator_manages_what_lies_below_and_nothing_beside(town: Town) -> None:
    mine = opened(town.yubei)
    with pytest.raises(NotPermitted):
        opened(town.nanan, place="city/yubei/longta/b")
    with pytest.raises(NotPermitted):
        organisations.rename_organisation(
            organisation=mine, name="改名", by=actor(town.nanan), now=NOW
        )
    assert not organisations_for(actor(town.nanan)).filter(pk=mine).exists()
    assert organisations_for(actor(town.yubei)).filter(pk=mine).exists()


@pytest.mark.parametrize("kind", ["platform", "city-commission", "district-commission", "auditor"])
def test_nobody_opens_what_stands_above_or_watches_them(town: Town, kind: str) -> None:
    with pytest.raises(NotPermitted):
        opened(town.yubei, kind=kind, place="city/yubei")


def test_whoever_holds_no_administrators_post_manages_nothing(town: Town) -> None:
    for by in (actor(town.chen), actor(town.jia), NOBODY):
        with pytest.raises(NotPermitted):
            organisations.open_organisation(
                kind="community", name="甲", place="city/yubei/longta/a", by=by, now=NOW
            )


def test_the_same_organisation_is_not_opened_twice(town: Town) -> None:
    opened(town.yubei)
    with pytest.raises(OrganisationTaken):
        opened(town.yubei)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": " "}, NameMissing),
        ({"name": "长" * 121}, NameMissing),
        ({"slug": "Bad Id"}, BadIdentifier),
        ({"slug": "jia"}, OrganisationTaken),
        ({"kind": "circus"}, UnknownKind),
    ],
)
def test_an_organisation_given_wrongly_is_refused_and_leaves_no_trace(
    town: Town, facts: dict[str, str], refusal: type[RuleBroken]
) -> None:
    before = Organisation.objects.count(), Entry.objects.count()
    given = {"kind": "bank", "name": "某银行", "place": "city", **facts}
    with pytest.raises(refusal):
        organisations.open_organisation(**given, by=actor(town.root), now=NOW)
    assert (Organisation.objects.count(), Entry.objects.count()) == before


def test_closing_ends_posts_and_what_they_allowed(town: Town) -> None:
    organisations.close_organisation(organisation="jia", by=actor(town.yubei), now=NOW)
    assert not actor(town.jia).posts
    assert Post.objects.get(account=town.jia).until_on == TODAY
    with pytest.raises(OrganisationClosed):
        organisations.close_organisation(organisation="jia", by=actor(town.yubei), now=NOW)
    again = organisations.open_organisation(
        kind="supplier", name="甲电梯有限公司", place="city/yubei", by=actor(town.yubei), now=NOW
    )
    assert again.pk != "jia"


def test_an_administrator_does_not_close_their_own_house(town: Town) -> None:
    with pytest.raises(NotPermitted):
        organisations.close_organisation(
            organisation="yubei-housing", by=actor(town.yubei), now=NOW
        )
    with pytest.raises(NotPermitted):
        organisations.close_organisation(organisation="platform", by=actor(town.root), now=NOW)
    with pytest.raises(UnknownOrganisation):
        organisations.close_organisation(organisation="nowhere", by=actor(town.root), now=NOW)


def granted(town: Town, who: Account, duty: str, **facts: object) -> Post:
    given = {"account": who.pk, "organisation": "longta-street", "duty": duty, **facts}
    return posts.grant_post(**given, by=actor(town.yubei), now=NOW)  # type: ignore[arg-type]  # as given


def test_incompatible_duties_are_refused_for_one_person(town: Town) -> None:
    granted(town, town.chen, "roll-keeper")
    for duty in ("ballot-typist", "ballot-confirmer"):
        with pytest.raises(DutiesIncompatible):
            granted(town, town.chen, duty)
    other = person("longta-street", "wu", "吴", "", actor(town.root), "13800000099")
    granted(town, other, "ballot-typist")


def test_they_are_refused_under_a_second_account_with_the_same_telephone(town: Town) -> None:
    granted(town, town.chen, "roll-keeper")
    twin = person("longta-street", "chen2", "陈", "", actor(town.root), "138-0000-0003")
    with pytest.raises(DutiesIncompatible):
        granted(town, twin, "ballot-typist")


def test_they_are_refused_over_time_but_one_after_the_other_is_fine(town: Town) -> None:
    may = date(2027, 5, 1)
    granted(town, town.chen, "roll-keeper", until_on=may)
    with pytest.raises(DutiesIncompatible):
        granted(town, town.chen, "ballot-typist", from_on=may - timedelta(days=1))
    with pytest.raises(DutiesIncompatible):
        granted(town, town.chen, "ballot-typist", until_on=TODAY + timedelta(days=1))
    granted(town, town.chen, "ballot-typist", from_on=may)


def test_a_post_reaches_its_organisations_place_or_less(town: Town) -> None:
    assert granted(town, town.chen, "roll-keeper").scope == "city/yubei/longta"
    below = granted(town, town.chen, "mediator", scope="city/yubei/longta/a")
    assert below.scope == "city/yubei/longta/a"
    for scope in ("city/yubei", "city/nanan", "city/yubei/longta2", "longta-street"):
        with pytest.raises(ScopeOutside):
            granted(town, town.chen, "street-officer", scope=scope)
    with pytest.raises(ScopeOutside):
        granted(town, town.chen, "payer", scope="city/yubei/longta")


def test_an_owners_representative_is_appointed_for_a_stairwell_from_above(town: Town) -> None:
    group = opened(town.yubei, kind="owners-group")
    wang = person(group, "wang", "王阿姨", "", actor(town.root))
    own = person(group, "group.admin", "李叔", "administrator", actor(town.root))
    facts: dict[str, Any] = {
        "account": wang.pk,
        "organisation": group,
        "duty": "owners-representative",
    }
    with pytest.raises(NotPermitted):
        posts.grant_post(**facts, scope="0123ABCD5", by=actor(own), now=NOW)
    with pytest.raises(ScopeOutside):
        posts.grant_post(**facts, scope="3-1", by=actor(town.yubei), now=NOW)
    posts.grant_post(**facts, scope="0123ABCD5", by=actor(town.yubei), now=NOW)
    assert actor(wang).scopes("owners-representative") == {"0123ABCD5"}


def test_nobody_gives_themselves_a_post(town: Town) -> None:
    with pytest.raises(OwnPost):
        posts.grant_post(
            account=town.root.pk,
            organisation="watch",
            duty="approver",
            by=actor(town.root),
            now=NOW,
        )


def test_a_post_given_wrongly_is_refused(town: Town) -> None:
    with pytest.raises(DutyNotOfKind):
        granted(town, town.chen, "supplier-manager")
    with pytest.raises(PostHeld):
        granted(town, town.chen, "street-officer")
    with pytest.raises(PeriodEmpty):
        granted(town, town.chen, "mediator", until_on=TODAY)
    with pytest.raises(NotPermitted):  # her account is another house's
        granted(town, town.yi, "mediator")
    with pytest.raises(UnknownAccount):
        posts.grant_post(
            account=0, organisation="jia", duty="administrator", by=actor(town.root), now=NOW
        )


def test_a_post_is_held_until_the_day_before_its_end(town: Town) -> None:
    post = Post.objects.get(account=town.chen)
    posts.end_post(post=post.pk, on=TODAY + timedelta(days=1), by=actor(town.yubei), now=NOW)
    places = ["city/yubei/longta"]
    assert town.chen in holders("street-officer", places, TODAY)
    assert not holders("street-officer", places, TODAY + timedelta(days=1)).exists()
    with pytest.raises(PostEnded):
        posts.end_post(post=post.pk, on=TODAY + timedelta(days=9), by=actor(town.yubei), now=NOW)
    with pytest.raises(UnknownPost):
        posts.end_post(post=0, by=actor(town.yubei), now=NOW)


def test_the_platform_keeps_an_administrator(town: Town) -> None:
    post = Post.objects.get(account=town.root)
    with pytest.raises(LastAdministrator):
        posts.end_post(post=post.pk, by=actor(town.root), now=NOW)
    person("platform", "second", "郑平台", "administrator", actor(town.root))
    posts.end_post(post=post.pk, by=actor(town.root), now=NOW)


def test_an_account_serving_a_higher_house_is_out_of_a_lower_administrators_hands(
    town: Town,
) -> None:
    posts.grant_post(
        account=town.jia.pk, organisation="platform", duty="administrator", by=CLOCK, now=NOW
    )
    for act in (accounts.renew_password, accounts.remove_second_factor, accounts.close_account):
        with pytest.raises(NotPermitted):
            act(account=town.jia.pk, by=actor(town.yubei), now=NOW)


def test_a_renewed_password_replaces_the_old_and_is_only_a_first_one(town: Town) -> None:
    password = accounts.renew_password(account=town.jia.pk, by=actor(town.yubei), now=NOW)
    row = Account.objects.get(pk=town.jia.pk)
    assert row.check_password(password)
    assert not row.check_password(PASSWORD)
    assert row.first_password_until == NOW + accounts.FIRST_PASSWORD


def test_nobody_closes_or_resets_their_own_account(town: Town) -> None:
    for act in (accounts.renew_password, accounts.remove_second_factor, accounts.close_account):
        with pytest.raises(OwnAccount):
            act(account=town.root.pk, by=actor(town.root), now=NOW)


def test_a_closed_account_holds_nothing(town: Town) -> None:
    accounts.close_account(account=town.jia.pk, by=actor(town.yubei), now=NOW)
    assert not actor(town.jia).posts
    with pytest.raises(AccountClosed):
        accounts.close_account(account=town.jia.pk, by=actor(town.yubei), now=NOW)
    with pytest.raises(Account.DoesNotExist):
        actor_named("jia")


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"username": "x"}, BadIdentifier),
        ({"username": "a b"}, BadIdentifier),
        ({"username": "CHEN"}, AccountTaken),
        ({"name": ""}, NameMissing),
        ({"phone": "call me"}, BadPhone),
    ],
)
def test_an_account_given_wrongly_is_refused(
    town: Town, facts: dict[str, str], refusal: type[RuleBroken]
) -> None:
    given = {"organisation": "jia", "username": "new.one", "name": "新人", **facts}
    with pytest.raises(refusal):
        accounts.open_account(**given, by=actor(town.root), now=NOW)  # type: ignore[arg-type]  # as given


def test_an_account_without_password_opens_to_none(town: Town) -> None:
    account, password = accounts.open_account(
        organisation="jia",
        username="sso.only",
        name="新人",
        with_password=False,
        by=actor(town.root),
        now=NOW,
    )
    assert password == ""
    assert not account.has_usable_password()


def test_the_house_is_opened_once(town: Town) -> None:
    with pytest.raises(HouseOpen):
        accounts.open_house(username="thief", name="某", organisation="某", place="city", now=NOW)
    assert actor_for(town.root).holds("administrator")


def test_accounts_are_seen_only_where_ones_posts_reach(town: Town) -> None:
    assert town.jia in accounts_for(actor(town.yubei))
    assert town.jia not in accounts_for(actor(town.nanan))
    assert list(accounts_for(actor(town.jia))) == [town.jia]
    assert not accounts_for(NOBODY).exists()
