"""Facts of papers about a house that never was: seven floors of two flats each."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Literal

from tuanti.papers import facts as of
from tuanti.papers.facts import Answer, Facts, Home
from tuanti.rules.consent import Measure
from tuanti.rules.consent.finding import MeasureName

OPENS = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)  # midnight in Shanghai
DAY = date(2026, 11, 22)
NAMES = (
    "王秀英", "赵德福", "陈桂芳", "刘国强", "杨淑华", "周玉兰", "吴志明",
    "郑小红", "孙大勇", "冯美玲", "褚建军", "卫春梅", "李建国", "蒋文斌",
)  # fmt: skip
SHARES = (
    0, 0, 1473684, 1228070, 2947368, 2456140, 3242105,
    2701754, 3536842, 2947368, 3831579, 3192982, 6626316, 5815792,
)  # fmt: skip
YES: Answer = "yes"
ANSWERS: tuple[Answer, ...] = ("no", "silent", *[YES] * 9, "abstain", YES, YES)
LAW = "cn/consent/special@2021-01-01"

HEAD = of.Head(
    place="磁建村5栋1单元",
    body="磁器口街道建设社区居民委员会",
    code="7K3M9QX2",
    address="https://example.test/v/7K3M9QX2",
    on=DAY,
    phone="023-0000 0000",
    checked=True,
    made_up=True,
)
LIFT = of.Lift(
    number=2,
    name="外廊平层入户",
    profile="标准型630千克无机房曳引电梯",
    load_kg=630,
    speed_mm_s=1000,
    entry="flat",
    position="单元入口北侧，贴楼梯间外墙",
    stops=7,
    total_fen=60_000_000,
    low_fen=55_800_000,
    high_fen=64_700_000,
    subsidy_fen=20_000_000,
    subsidy_law="cn/cost/maintenance-fund@2021-01-01",
    scheme="gd-ref",
    running_fen=600_000,
    running_rule="same",
    rights=(
        ("cards", "households"),
        ("visitors", "called"),
        ("couriers", "called"),
        ("late_payers", "reminded"),
    ),
    late_years=5,
    late_factor_bp=2000,
)


def homes(count: int = 14, *, named: bool = True) -> tuple[Home, ...]:
    """Flats from 101 upwards, two on each floor."""
    return tuple(_home(at, named=named) for at in range(count))


def _home(at: int, *, named: bool) -> Home:
    floor, door = divmod(at, 2)
    share = SHARES[at % len(SHARES)]
    answer = ANSWERS[at % len(ANSWERS)]
    way: Literal["", "paper", "phone"] = "paper" if at % 3 else "phone"
    return Home(
        flat=f"{floor + 1}0{door + 1}",
        floor=floor + 1,
        area_dm2=8640 if door == 0 else 7210,
        owners=(NAMES[at % len(NAMES)],) if named else (),
        share_fen=share,
        running_fen=share * 600_000 // 40_000_000,
        answer=answer,
        reasons=(f"consent.{ {'abstain': 'abstains'}.get(answer, answer) }",),
        way="" if answer == "silent" else way,
    )


def measure(name: MeasureName, have: int, base: int, threshold: str) -> Measure:
    return Measure(name, have, base, Fraction(threshold), strict=False)


COUNT = of.Count(
    matter="lift",
    scope="stairwell",
    measures=(
        measure("participation-area", 103_740, 110_950, "2/3"),
        measure("participation-persons", 13, 14, "2/3"),
        measure("approval-area", 79_250 + 8_640, 103_740, "3/4"),
        measure("approval-persons", 11, 13, "3/4"),
    ),
    passed=True,
    law=(LAW,),
)
LAND = replace(
    COUNT, matter="common-land", scope="estate", conditions=(("no-written-objection", True),)
)

NOTICE = of.Notice(
    head=HEAD,
    number=1,
    from_on=date(2026, 11, 22),
    last_on=date(2026, 12, 2),
    length=10,
    unit="days",
    law="cn/notice/plan@2021-01-01",
    objection_law="cn/notice/objection@2021-01-01",
    lift=LIFT,
    counts=(COUNT,),
    homes=homes(named=False),
    opens_at=OPENS,
    closes_at=CLOSES,
    digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
BALLOT = of.Ballot(
    head=replace(HEAD, code="7K3M-702", address="https://example.test/p/7K3M9QX2/702"),
    number=1,
    lift=LIFT,
    home=replace(homes()[13], owners=("蒋文斌", "蒋文静")),
    matters=(("lift", "stairwell", LAW), ("common-land", "estate", LAW)),
    opens_at=OPENS,
    closes_at=CLOSES,
)
MINUTES = of.Minutes(
    head=HEAD,
    held_at=datetime(2026, 10, 11, 11, 30, tzinfo=UTC),
    where="社区活动室（磁正街1号）",
    present=11,
    flats=14,
    text=(
        "社区工作人员介绍了两个方案的造价、位置和分摊办法，设计单位说明了采光和通风的影响。\n"
        "一楼两户提出井道离窗太近，设计单位答应外移0.6米后再出图。\n"
        "到会住户同意以第2号方案提交表决，表决期三周。"
    ),
    recorder="社区工作人员陈敏",
    exchanges=(
        of.Exchange("301", "老人坐轮椅能不能进电梯？", "轿厢深1.4米，可以。"),
        of.Exchange("102", "一楼不出钱，能不能用？", ""),
    ),
)
TALLY = of.Tally(
    head=HEAD,
    number=1,
    opens_at=OPENS,
    closes_at=CLOSES,
    closed_at=datetime(2026, 11, 10, 16, 1, tzinfo=UTC),
    flats=14,
    answered=13,
    counts=(COUNT, LAND),
    homes=homes(),
    records=17,
    chain="3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
    law=("cn/consent/electronic@2021-01-01", "cn/consent/ballot-least@2021-01-01"),
)
OBJECTIONS = of.Objections(
    head=HEAD,
    number=1,
    from_on=NOTICE.from_on,
    last_on=NOTICE.last_on,
    law="cn/notice/objection@2021-01-01",
    objections=(
        of.Objection(
            number=1,
            at=datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
            flat="101",
            owner="王秀英",
            text="井道挡住客厅窗户，下午没有太阳，要求外移或者补偿。",
            counts=True,
            state="settled",
            outcome="井道再外移0.4米，补偿6,000元，当事人撤回异议。",
            settled_on=date(2026, 11, 30),
            steps=(
                of.Step(
                    datetime(2026, 11, 27, 6, tzinfo=UTC), "上门查看采光，设计单位到场。", "talks"
                ),
                of.Step(datetime(2026, 11, 30, 6, tzinfo=UTC), "三方在社区商定补偿。", "settled"),
            ),
        ),
        of.Objection(
            number=2,
            at=datetime(2026, 11, 26, 2, 0, tzinfo=UTC),
            flat="",
            owner="",
            text="担心电梯噪声。",
            counts=False,
            state="void",
            settled_on=date(2026, 11, 28),
            outcome="已在公告栏答复：轿厢噪声不超过55分贝。",
        ),
    ),
)
AGREEMENT = of.Agreement(
    head=HEAD,
    number=1,
    lift=LIFT,
    homes=tuple(
        replace(home, compensation_fen=600_000) if home.floor == 1 else home for home in homes()
    ),
    group=("陈桂芳", "孙大勇", "李建国"),
    manager="磁建村物业服务中心",
    fund="签约后10日内存入街道监管账户，开工前交齐。",
    repairs="大修按安装时的分摊比例出资。",
    law=("cn/cost/default-share@2021-01-01", LAW),
    digest=NOTICE.digest,
)
SUMMARY = of.Summary(head=HEAD, number=1, lift=LIFT, homes=homes())
MANDATE = of.Mandate(
    head=HEAD,
    home=BALLOT.home,
    lift=LIFT,
    buyer="示范市住房采购服务中心",
    ceiling_fen=6_106_582,
    expires_on=date(2027, 11, 21),
    agreement="7K3M9QX2",
)
PACK = of.Pack(
    head=HEAD,
    home=BALLOT.home,
    lift=LIFT,
    ceiling_fen=6_106_582,
    fund_law=("cn/cost/provident-fund@2023-01-01", "cn/cost/maintenance-fund@2021-01-01"),
    fund_notes=("起始日期只查到年份；条例本身没有点名电梯，各地提取办法不同。",),
    agreement="7K3M9QX2",
)
DOORS = of.Doors(
    head=HEAD,
    purpose="ballot",
    closes_at=CLOSES,
    flats=14,
    answered=9,
    doors=(
        of.Door("102", 1, "赵**", 7210, date(2026, 11, 3), "nobody"),
        of.Door("702", 7, "蒋**、蒋**", 7210, None, "", first=True, note="白天上班，晚七点后在家"),
        of.Door("601", 6, "褚**", 8640, date(2026, 11, 5), "promised", first=True),
        of.Door("302", 3, "周**", 7210),
        of.Door("402", 4, "郑**", 7210, date(2026, 11, 1), "delivered"),
    ),
    need_area_dm2=15_850,
    need_persons=2,
)
EACH: dict[str, Facts] = {
    "notice": NOTICE,
    "ballot": BALLOT,
    "minutes": MINUTES,
    "tally": TALLY,
    "objections": OBJECTIONS,
    "agreement": AGREEMENT,
    "summary": SUMMARY,
    "mandate": MANDATE,
    "pack": PACK,
    "doors": DOORS,
}


def pages_of(content: bytes) -> int:
    """Count a PDF's pages."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
