"""English pages call divisions in English; estates and people keep their names, marked Chinese."""

import re

import pytest
from django.test import Client
from django.utils.safestring import SafeString
from django.utils.translation import override

from tests.places_cast import NOW, OTHER_STREET, STREET, Town, found_town, signed_in, someone
from tuanti.people.models import Account
from tuanti.places.commands.divisions import found_community
from tuanti.places.models import Division
from tuanti.sample import staging
from tuanti.web.templatetags.tuanti import han

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[㐀-鿿]+")
SPOKEN_OF = re.compile(r"<(title|option|textarea)\b.*?</\1>|<[^>]*>", re.DOTALL)
MARKED = re.compile(r'<span lang="zh">[^<]*</span>')
ROLES = ("he-ruolan", "xiang-mingyu", "chen-shuwen", "ran-yutong", "deng-xiaohe", "zhou-zhiyuan")


@pytest.fixture
def town() -> Town:
    return found_town()


def shown(client: Client, address: str, language: str = "en") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_lists_forms_and_ways_up_call_divisions_in_english(town: Town) -> None:
    city = signed_in(someone("city-officer", "chongqing"))
    whole = shown(city, "/places")
    assert "Jiulongpo District</a>" in whole
    assert "Shizhu Tujia Autonomous County</a>" in whole
    below = shown(city, "/divisions/jiulongpo")
    assert "<h1>Jiulongpo District</h1>" in below
    assert "Shipingqiao Subdistrict</a>" in below
    assert '<a href="/divisions/chongqing">Chongqing</a>' in below
    estates = shown(city, "/estates")
    assert "Shipingqiao Subdistrict" in estates
    assert '<option value="jiulongpo">Jiulongpo District</option>' in estates
    assert f'<option value="{STREET}">Shipingqiao Subdistrict</option>' in shown(
        city, "/programme/new"
    )
    assert "Shipingqiao Subdistrict</option>" in shown(signed_in(town.officer), "/imports/new")


def test_the_chinese_name_stands_beside_the_english_one(town: Town) -> None:
    district = signed_in(someone("district-officer", "jiulongpo"))
    assert '<p class="quiet"><span lang="zh">九龙坡区</span></p>' in shown(
        district, "/divisions/jiulongpo"
    )
    facts = shown(district, f"/estates/{town.estate.pk}").partition('class="facts"')[2]
    for name in ("九龙坡区", "石坪桥街道"):
        assert f'<div class="quiet small"><span lang="zh">{name}</span></div>' in facts
    assert 'lang="zh"' not in shown(district, f"/estates/{town.estate.pk}", "zh-hans")


def test_an_estate_keeps_its_name_and_is_marked(town: Town) -> None:
    district = signed_in(someone("district-officer", "jiulongpo"))
    assert '<h1><span lang="zh">翰林苑</span></h1>' in shown(district, f"/estates/{town.estate.pk}")
    flat = shown(district, f"/flats/{town.flat.pk}")
    assert '<span lang="zh">翰林苑</span>, <span lang="zh">3栋</span>' in flat


@pytest.mark.parametrize(
    "asked", ["jiulongpo", "Jiulongpo District", "九龙坡", "jlpq", "JIULONGPO district"]
)
@pytest.mark.usefixtures("town")
def test_a_division_is_found_by_either_name(asked: str) -> None:
    city = signed_in(someone("city-officer", "chongqing"))
    found = city.get("/places", {"q": asked}, headers={"accept-language": "en"}).content.decode()
    rows = found.partition("<tbody")[2]
    assert rows.count('role="rowheader"') == 1
    assert "/divisions/jiulongpo" in rows


@pytest.mark.parametrize("asked", ["nanan", "Nan'an", "nan’an district"])
@pytest.mark.usefixtures("town")
def test_an_apostrophe_may_be_typed_or_not(asked: str) -> None:
    city = signed_in(someone("city-officer", "chongqing"))
    assert "/divisions/nanan" in city.get("/places", {"q": asked}).content.decode()


@pytest.mark.usefixtures("town")
def test_a_community_is_called_in_english_too() -> None:
    city = someone("city-officer", "chongqing")
    made = found_community(street_id=OTHER_STREET, name="禾岭社区", by=city, now=NOW)
    assert Division.objects.get(pk=made.pk).name == "禾岭社区"
    page = shown(signed_in(city), f"/divisions/{OTHER_STREET}")
    assert "Heling Community" in page


def test_all_that_is_chinese_on_an_english_page_is_marked_as_such() -> None:
    staging.stage("tiny", told=lambda *_: None)
    for name in ROLES:
        client = Client()
        account = Account.objects.get(username=name)
        client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
        for address in ("/desk", "/places", "/estates", "/programme", "/my/account"):
            if client.get(address).status_code == 200:
                said = SPOKEN_OF.sub(" ", MARKED.sub(" ", shown(client, address)))
                left = [one for one in HAN.findall(said) if one != "中文"]
                assert left == [], (name, address)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("禾岭小区, Building 1", '<span lang="zh">禾岭小区</span>, Building 1'),
        ("<b>甲</b>", '&lt;b&gt;<span lang="zh">甲</span>&lt;/b&gt;'),
        (SafeString("甲&lt;乙"), '<span lang="zh">甲</span>&lt;<span lang="zh">乙</span>'),
        (SafeString("<b>甲</b>"), "<b>甲</b>"),
        ("荻陌路12号（虚构）", '<span lang="zh">荻陌路12号（虚构）</span>'),
        ("Good morning", "Good morning"),
        (None, ""),
        (0, "0"),
    ],
)
def test_marking_chinese_escapes_what_must_be_escaped(text: object, marked: str) -> None:
    with override("en"):
        assert han(text) == marked
    with override("zh-hans"):
        assert han(text) == ("" if text is None else str(text))
