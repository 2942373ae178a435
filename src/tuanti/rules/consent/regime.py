"""Under which rule a vote is counted: four thresholds, and how every special case counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from tuanti.rules.consent.roll import LIFT
from tuanti.rules.errors import RuleBroken
from tuanti.rules.law import Rule

Scope: TypeAlias = Literal["stairwell", "building", "estate"]
Stand: TypeAlias = Literal["yes", "no", "abstain", "split", "silent"]

NO_OBJECTION = "no-written-objection"
OCCUPIED = "occupied-owner-consents"


class NotAConsentRule(RuleBroken):
    """The rule of law named says something else than how owners consent."""

    code = "consent.not_a_consent_rule"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Two shares to be reached: of the area, and of the persons."""

    area: Fraction
    persons: Fraction


@dataclass(frozen=True, slots=True)
class Regime:
    """A rule of consent.

    - ``approval_of``: approval is measured against those taking part, or against all owners.
    - ``strict``: approval must be over its thresholds (过半数), not at least (以上, Civil Code
      art. 1259). Participation is always "at least".
    - ``silence``: an owner who said nothing is absent; or abstains, if the ballot was delivered.
    - ``abstention``: who abstains takes part without approving; or is absent.
    - ``split``: co-owners of a flat have one vote. Where one says yes and another no, the flat
      takes part without approving; or is absent. (Absent is the one choice under which a further
      yes can do harm: it takes a no out of the turnout.)
    - ``signing``: one co-owner signs for all while no other disagrees; or all must sign.
    - ``extra``: conditions besides the count; ``also``: votes on other matters that must pass too.

    The defaults are the Civil Code's, or where it is silent the cautious choice.
    """

    scope: Scope
    participation: Thresholds
    approval: Thresholds
    approval_of: Literal["participating", "all"] = "participating"
    strict: bool = False
    silence: Literal["absent", "abstain"] = "absent"
    abstention: Literal["participates", "absent"] = "participates"
    split: Literal["participates", "absent"] = "participates"
    signing: Literal["one", "all"] = "one"
    extra: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    matter: str = LIFT
    law_ids: tuple[str, ...] = ()

    def takes_part(self, stand: Stand, *, served: bool) -> bool:
        """Whether a voter of this stand counts for participation."""
        if stand in ("yes", "no"):
            return True
        if stand == "split":
            return self.split == "participates"
        if stand == "silent" and not (served and self.silence == "abstain"):
            return False
        return self.abstention == "participates"

    @classmethod
    def of(cls, rule: Rule, matter: str = LIFT, *, beside: Sequence[Rule] = ()) -> "Regime":
        """The regime a rule of law lays down for ``matter``.

        ``beside`` are the rules on how areas and persons are counted, kept with the tally.

        :raises NotAConsentRule: its unit is another.

        >>> from datetime import date
        >>> from tuanti.rules import law
        >>> regime = Regime.of(law.find("cn/consent/special", on=date(2026, 11, 22)))
        >>> regime.participation.area, regime.approval.persons, regime.strict
        (Fraction(2, 3), Fraction(3, 4), False)
        """
        if rule.unit != "consent":
            raise NotAConsentRule(rule=rule.id, unit=rule.unit)
        said = dict(rule.value)
        for name in ("participation", "approval"):
            said[name] = Thresholds(**said[name])
        if said.pop("unanimous"):
            everyone = Thresholds(Fraction(1), Fraction(1))
            said |= {"participation": everyone, "approval": everyone, "strict": False}
        return cls(**said, matter=matter, law_ids=tuple(found.id for found in (rule, *beside)))
