"""The processes of the mission, from a stairwell's wish to a lift in service.

The steps follow Jinan's rules of 2019, the published flows of Chengdu and Guangzhou, the Tendering
Law and the Special Equipment Safety Law. What states and acts are called stands in
``texts/words``. Where one process waits for another, a room above asks for its state.
"""

from tuanti.rules.stages import Move, Process


def _move(*states: str, to: str) -> Move:
    return frozenset(states), to


# From the first wish to agreed demand. Closing counts the ballots; a plan changed to meet an
# objection is voted on again, and so is one that failed, where the law allows a second ballot. A
# stairwell may leave until its lift is ordered.
CONSULTATION = Process(
    name="consultation",
    start="wished",
    moves={
        "canvass": _move("wished", to="canvassing"),
        "plan": _move("wished", "canvassing", to="draft"),
        "open": _move("draft", to="open"),
        "close": _move("open", to="closed"),
        "pass": _move("closed", to="passed"),
        "post-notice": _move("passed", to="on-notice"),
        "object": _move("on-notice", to="objected"),
        "settle": _move("objected", to="on-notice"),
        "revise": _move("objected", to="draft"),
        "agree": _move("on-notice", to="agreed"),
        "mandate": _move("agreed", to="mandated"),
        "leave": _move("mandated", to="agreed"),
        "fail": _move("closed", "objected", to="failed"),
        "reopen": _move("failed", to="draft"),
        "withdraw": _move(
            "wished",
            "canvassing",
            "draft",
            "open",
            "closed",
            "passed",
            "on-notice",
            "objected",
            "agreed",
            "mandated",
            to="withdrawn",
        ),
    },
    ends=frozenset({"withdrawn"}),
)

# What an agreed stairwell asks for, until a lift is ordered for it. A lot that found no winner
# gives it back.
DEMAND = Process(
    name="demand",
    start="reported",
    moves={
        "mandate": _move("reported", to="mandated"),
        "pool": _move("mandated", to="pooled"),
        "tender": _move("pooled", to="tendered"),
        "award": _move("tendered", to="awarded"),
        "call-off": _move("awarded", to="called-off"),
        "release": _move("pooled", "tendered", "awarded", to="mandated"),
        "withdraw": _move("reported", "mandated", to="withdrawn"),
    },
    ends=frozenset({"called-off", "withdrawn"}),
)

# One purchase. Fewer than three bids fail it unopened (Tendering Law art. 28); an objection found
# right sends the bids back to evaluation.
ROUND = Process(
    name="round",
    start="draft",
    moves={
        "publish": _move("draft", to="published"),
        "amend": _move("published", to="published"),
        "close": _move("published", to="closed"),
        "open": _move("closed", to="opened"),
        "evaluate": _move("opened", to="evaluated"),
        "publish-candidates": _move("evaluated", to="on-notice"),
        "object": _move("on-notice", to="objected"),
        "dismiss": _move("objected", to="on-notice"),
        "evaluate-again": _move("objected", to="opened"),
        "award": _move("on-notice", to="awarded"),
        "sign": _move("awarded", to="contracted"),
        "fail": _move("closed", "opened", "evaluated", "objected", to="failed"),
        "cancel": _move(
            "draft", "published", "closed", "opened", "evaluated", "on-notice", to="cancelled"
        ),
    },
    ends=frozenset({"contracted", "failed", "cancelled"}),
)

# The departments' decision in one go. The clock stands still during an expert review, an
# inspection or a hearing (Administrative Licence Law art. 45).
JOINT_APPROVAL = Process(
    name="joint-approval",
    start="draft",
    moves={
        "submit": _move("draft", "incomplete", "changes-asked", to="submitted"),
        "ask-for-papers": _move("submitted", to="incomplete"),
        "accept": _move("submitted", to="accepted"),
        "turn-away": _move("submitted", to="turned-away"),
        "begin-expert-review": _move("accepted", to="expert-review"),
        "end-expert-review": _move("expert-review", to="accepted"),
        "call-hearing": _move("accepted", to="hearing"),
        "end-hearing": _move("hearing", to="accepted"),
        "ask-for-changes": _move("accepted", to="changes-asked"),
        "grant": _move("accepted", to="granted"),
        "refuse": _move("accepted", to="refused"),
        "hand-over": _move("granted", to="handed-over"),
        "withdraw": _move(
            "draft", "submitted", "incomplete", "changes-asked", "accepted", to="withdrawn"
        ),
    },
    ends=frozenset({"handed-over", "refused", "turned-away", "withdrawn"}),
)

# From the ordered lift to its registration. The market regulator is told in writing before
# installation begins, and no lift is accepted that has not passed supervision inspection (Special
# Equipment Safety Law art. 23, 25, 33).
WORKS = Process(
    name="works",
    start="ordered",
    moves={
        "hand-over-site": _move("ordered", to="site-open"),
        "move-pipes": _move("site-open", to="pipes-moved"),
        "lay-foundation": _move("site-open", "pipes-moved", to="foundation-laid"),
        "raise-shaft": _move("foundation-laid", to="shaft-raised"),
        "notify-regulator": _move("shaft-raised", to="notified"),
        "install": _move("notified", to="installed"),
        "fail-inspection": _move("installed", to="defective"),
        "mend": _move("defective", to="installed"),
        "pass-inspection": _move("installed", to="inspected"),
        "accept": _move("inspected", to="accepted"),
        "register": _move("accepted", to="registered"),
        "terminate": _move(
            "ordered",
            "site-open",
            "pipes-moved",
            "foundation-laid",
            "shaft-raised",
            "notified",
            "installed",
            "defective",
            to="terminated",
        ),
    },
    ends=frozenset({"registered", "terminated"}),
)

# A registered lift. After an entrapment it runs again only when it has been checked.
LIFT = Process(
    name="lift",
    start="registered",
    moves={
        "put-into-use": _move("registered", to="in-use"),
        "entrap": _move("in-use", to="entrapment"),
        "free": _move("entrapment", to="stopped"),
        "stop": _move("in-use", to="stopped"),
        "restart": _move("stopped", to="in-use"),
        "begin-overhaul": _move("in-use", "stopped", to="overhaul"),
        "end-overhaul": _move("overhaul", to="stopped"),
        "lay-up": _move("registered", "in-use", "stopped", to="laid-up"),
        "bring-back": _move("laid-up", to="stopped"),
        "scrap": _move("stopped", "overhaul", "laid-up", to="scrapped"),
    },
    ends=frozenset({"scrapped"}),
)

PROCESSES: tuple[Process, ...] = (CONSULTATION, DEMAND, ROUND, JOINT_APPROVAL, WORKS, LIFT)
