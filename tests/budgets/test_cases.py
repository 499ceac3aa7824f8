"""Worked by hand, played through the services, the same to the øre: see `cases/*.toml`."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    CostLine,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Policy,
    Pool,
    PoolKind,
)
from tenant_app.budgets.queries import reconciling
from tenant_app.budgets.rules import Cost, Nearing, Over, Overdraft
from tenant_app.budgets.rules.closing import Caps
from tenant_app.budgets.year_models import CarryOver
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.money import Money, parse_kroner
from tenant_app.tenancy import profiles
from tenant_app.tenancy import service as tenancy
from tests.budgets.conftest import FACTS, balances, sums
from tests.closing import let_years_close

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
HOUSES = {"Birkehuset": "n1", "Egebo": "n2", "Solsikken": "s1", "Ådalen": "s2"}
LINES = {
    "gebyr": CostLine.FEE,
    "vikar": CostLine.COVER,
    "materialer": CostLine.MATERIALS,
    "transport": CostLine.TRAVEL,
}
COLUMNS = {
    "tildelt": "allotted",
    "overført": "carried",
    "omplaceret": "transferred",
    "reserveret": "reserved",
    "disponeret": "committed",
    "forbrugt": "actual",
    "til_rådighed": "available",
}
CARRIED = {
    "resultat": "result",
    "overført": "carried",
    "bortfalder": "lost",
    "bæres_af_kommunen": "over_cap",
}
SAID = {Nearing: "nærmer sig", Over: "kræver et ja mere", Overdraft: "overtrukket"}
PAYERS = {"Centralt": "central", "Området": "area", "Institutionen": "institution"}
KINDS = {"Centralt": PoolKind.CENTRAL, "Institutioner": PoolKind.INSTITUTION}


def read(path: Path) -> dict[str, Any]:
    """TOML with Danish letters in its keys, which TOML wants quoted: the files stay readable."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'(?<![\w"])(\w*[æøåÆØÅ]\w*)(?=\s*=\s)', r'"\1"', text)
    text = re.sub(r"(?m)^(\[+\w+\.)(\w*[æøåÆØÅ]\w*)(\]+)", r'\1"\2"\3', text)
    return tomllib.loads(text)


def kr(text: str) -> Money:
    return parse_kroner(text, negative=True)


def bp(text: str | None) -> int | None:
    """5 % → 500."""
    return None if text is None else int(text.removesuffix(" %")) * 100


def shares(said: dict[str, str]) -> dict[str, int]:
    """{"STAT": "30 %", "Institutionen": "70 %"} as rules write it."""
    found = {PAYERS.get(name, f"pool:{name}"): bp(text) or 0 for name, text in said.items()}
    assert sum(found.values()) == 10_000, said
    return found


class Case:
    """A municipality that lives through a file."""

    def __init__(self, town: Any, path: Path) -> None:
        self.town = town
        self.file = read(path)
        self.first = int(self.file["kommune"]["år"])
        self.years: dict[int, UUID] = {}
        self.pools: dict[str, UUID] = {}
        self.sources: dict[str, UUID] = {}
        self.profile = profiles.load(self.file["kommune"]["skabelon"])

    def play(self) -> None:
        with self.town.as_user("admin") as ctx:
            day = date(self.first, 1, 1)
            budgets.set_rules(ctx, self.profile.funding_rules, valid_from=day)
        self._year(self.first, self.file["kommune"]["ramme"], self.file["puljer"])
        for number, step in enumerate(self.file["trin"], 1):
            told = f"trin {number}, {step['gør']} {step.get('navn', '')}"
            do = getattr(
                self, "do_" + step["gør"].replace(",", "").replace(".", "").replace(" ", "_")
            )
            if "afvises" in step:
                with pytest.raises(Refusal) as refused:
                    do(step, told)
                assert step["afvises"] in str(refused.value), told
            else:
                do(step, told)
            self._check(step.get("stilling", {}), told)

    def _check(self, wanted: dict[str, Any], told: str) -> None:
        """As the file says, and every balance is the sum of its entries."""
        with self.town.as_system() as ctx:
            assert balances(ctx) == {**dict.fromkeys(balances(ctx), NOTHING), **sums(ctx)}, told
            assert reconciling.drifts(ctx) == [], told
            for name, columns in wanted.items():
                position = budgets.positions(ctx, [self.pools[name]])[self.pools[name]]
                found = {word: getattr(position, COLUMNS[word]) for word in columns}
                assert found == {word: kr(text) for word, text in columns.items()}, (told, name)

    def _year(self, year: int, frame: str, pools: dict[str, str]) -> None:
        """Adopted as the profile divides it, and opened."""
        with self.town.as_user("admin") as ctx:
            made = budgets.create_year(
                ctx,
                year=year,
                frame=kr(frame),
                central_bp=self.profile.central_bp,
                area_bp=self.profile.area_bp,
                allocation=self.profile.allocation,
                policy=Policy(self.profile.policy),
            )
            budgets.adopt(ctx, made.id)
            budgets.open_year(ctx, made.id)
            self.years[year] = made.id
            names = {self.town.units[unit]: house for house, unit in HOUSES.items()}
            for pool in ctx.session.scalars(select(Pool).where(Pool.year_id == made.id)):
                self._know(names.get(pool.unit_id, "Centralt"), year, pool.id)
        self._check({self._name(name, year): {"tildelt": pools[name]} for name in pools}, str(year))
        assert sum(kr(text) for text in pools.values()) == kr(frame)

    def _name(self, name: str, year: int) -> str:
        return name if year == self.first else f"{name} {year}"

    def _know(self, name: str, year: int, pool_id: UUID) -> None:
        self.pools[self._name(name, year)] = pool_id

    # -- what happens

    def do_tilmeld(self, step: dict[str, Any], told: str) -> None:
        first = step.get("fra", date(self.first, 5, 4))
        last = step.get("til", first)
        costs = {line.value: kr(step[word]) for word, line in LINES.items() if word in step}
        facts = {
            "form": step["form"],
            "ects": step.get("ects", 0),
            "municipal_goal": step.get("kommunalt_mål", False),
            "mandatory": step.get("obligatorisk", False),
            "weak_economy": step.get("svag_økonomi", False),
            "institutions": step.get("institutioner", 1),
            "amount": sum(costs.values()),
        }
        source = uuid4()
        with self.town.as_system() as ctx:
            card = budgets.cost_card(
                ctx,
                year=budgets.year_for(ctx, first),
                unit_id=self.town.units[HOUSES[step["institution"]]],
                cost=Cost(**costs),
                facts=FACTS | facts,
                on=ctx.today,
                span=(first, last),
            )
            if "betaler" in step:  # shown before it is sent, and reserved exactly so
                wanted = {self.pools[name]: kr(text) for name, text in step["betaler"].items()}
                assert card.by_pool() == wanted, told
                assert sum(wanted.values()) == card.total == sum(costs.values()), told
            if "regel" in step:
                assert card.rule_name == step["regel"], told
            who = step.get("medarbejder")
            person = f"ped_{HOUSES[step['institution']]}_{who}"
            said = budgets.reserve(
                ctx,
                source_id=source,
                submission=1,
                card=card,
                employee_id=self.town.employees[person] if who else None,
            )
        if "siger" in step:
            assert [SAID[type(each)] for each in said] == step["siger"], told
        self.sources[step["navn"]] = source

    def _move(self, verb: Any, step: dict[str, Any]) -> None:
        with self.town.as_system() as ctx:
            verb(ctx, source_id=self.sources[step["navn"]])

    def do_godkend(self, step: dict[str, Any], told: str) -> None:
        self._move(budgets.commit, step)

    def do_gennemfør(self, step: dict[str, Any], told: str) -> None:
        self._move(budgets.charge, step)

    def do_afvis(self, step: dict[str, Any], told: str) -> None:
        self._move(budgets.release, step)

    def do_afvis_alle_der_venter(self, step: dict[str, Any], told: str) -> None:
        with self.town.as_system() as ctx:
            waiting = select(MoneyLine.source_id).where(MoneyLine.state == MoneyState.RESERVED)
            for source in sorted(set(ctx.session.scalars(waiting))):
                budgets.release(ctx, source_id=source)

    def do_faktura(self, step: dict[str, Any], told: str) -> None:
        self._invoice(step, told, beforehand=False)

    def do_faktura_på_forhånd(self, step: dict[str, Any], told: str) -> None:
        """Before the course was held: what is committed stays so."""
        self._invoice(step, told, beforehand=True)

    def _invoice(self, step: dict[str, Any], told: str, *, beforehand: bool) -> None:
        line = LINES[step["linje"]] if "linje" in step else None
        with self.town.as_system() as ctx:
            difference = budgets.settle(
                ctx,
                source_id=self.sources[step["navn"]],
                amount=kr(step["beløb"]),
                link_id=uuid4(),
                cost_line=line,
                beforehand=beforehand,
            )
        assert difference == kr(step["dyrere"]), told

    def do_omplacer(self, step: dict[str, Any], told: str) -> None:
        """Asked for by the administrator, answered by somebody else."""
        with self.town.as_user("admin") as ctx:
            asked = budgets.ask_transfer(
                ctx,
                from_pool_id=self.pools[step["fra_pulje"]],
                to_pool_id=self.pools[step["til_pulje"]],
                amount=kr(step["beløb"]),
                reason="Fælles forløb",
            )
        with self.town.as_system() as ctx:
            budgets.approve_transfer(ctx, asked.id)

    def do_politik(self, step: dict[str, Any], told: str) -> None:
        with self.town.as_user("admin") as ctx:
            budgets.set_policies(
                ctx,
                self.pools[step["pulje"]],
                policy=Policy(step["politik"]),
                notify_bp=bp(step.get("besked_ved")),
                approve_bp=bp(step.get("godkendelse_over")),
                block_bp=bp(step.get("spærret_over")),
            )

    def do_øremærket_pulje(self, step: dict[str, Any], told: str) -> None:
        year = step.get("år", self.first)
        with self.town.as_user("admin") as ctx:
            pool = budgets.open_named_pool(
                ctx,
                self.years[year],
                kind=PoolKind.EARMARKED,
                code=step["kode"],
                name=step["navn"],
            )
            self._know(step["navn"], year, pool.id)
            if "tilsagn" in step:
                amount = kr(step["tilsagn"])
                budgets.receive(
                    ctx, pool_id=pool.id, amount=amount, note="Tilsagn", link_id=uuid4()
                )
            if "betingelse" in step:
                when = {"form_in": step["former"]}
                most = bp(step["højst"])
                strings = {"name": step["betingelse"], "when": when, "most_bp": most}
                budgets.set_constraints(ctx, pool.id, [strings])
            if "regel_forrest" in step:
                self._rule_first(ctx, step["regel_forrest"])

    def _rule_first(self, ctx: Context, said: dict[str, Any]) -> None:
        whole = {said["betaler"]: "100 %"} if "betaler" in said else said["andele"]
        rule = {
            "name": said["navn"],
            "when": {"form_in": said["former"]},
            "shares": {"default": shares(whole)},
        }
        budgets.set_rules(ctx, [rule, *self.profile.funding_rules], valid_from=ctx.today)

    def do_vikarregel(self, step: dict[str, Any], told: str) -> None:
        rule = {"name": step["navn"], "when": {"form_in": step["former"]}}
        cover = [rule | {"shares": shares(step["andele"])}]
        with self.town.as_user("admin") as ctx:
            budgets.set_rules(ctx, self.profile.funding_rules, valid_from=ctx.today, cover=cover)

    def do_mindst_centralt(self, step: dict[str, Any], told: str) -> None:
        with self.town.as_user("admin") as ctx:
            limits = dict(tenancy.settings(ctx).limits)
            limits["weak_central_at_least"] = int(step["andel"].removesuffix(" %"))
            tenancy.change_settings(ctx, limits=limits)

    def do_loft_pr_person(self, step: dict[str, Any], told: str) -> None:
        with self.town.as_user("admin") as ctx:
            budgets.set_cap(ctx, name=step["navn"], payer=step["betaler"], most=kr(step["højst"]))

    def do_næste_år(self, step: dict[str, Any], told: str) -> None:
        self._year(self.first + 1, step["ramme"], step["puljer"])

    def do_luk_året(self, step: dict[str, Any], told: str) -> None:
        with self.town.as_user("admin") as ctx:
            for name, caps in step.get("lofter", {}).items():
                most = caps.get("højst")
                whose: dict[str, Any] = {"kind": KINDS.get(name)}
                if name not in KINDS:
                    whose = {"pool_id": self.pools[name]}
                budgets.set_carry_rule(
                    ctx,
                    **whose,
                    caps=Caps(
                        overspend_cap_bp=bp(caps.get("merforbrug")),
                        underspend_cap_bp=bp(caps.get("mindreforbrug")),
                        abs_cap=None if most is None else kr(most),
                        requires_purpose=caps.get("kræver_formål", False),
                    ),
                )
            let_years_close(ctx)
            budgets.begin_closing(ctx, self.years[self.first])
            for name, purpose in step.get("formål", {}).items():
                of_pool = select(CarryOver.id).where(CarryOver.pool_id == self.pools[name])
                key = ctx.session.scalars(of_pool).one()
                budgets.state_purpose(ctx, key, purpose=purpose)
        self._close(step, told)

    def do_luk_året_igen(self, step: dict[str, Any], told: str) -> None:
        self._close(step, told)

    def _close(self, step: dict[str, Any], told: str) -> None:
        year = self.years[self.first]
        with self.town.as_user("admin") as ctx:
            if budgets.make_up(ctx, year).waiting:
                budgets.approve_carry_overs(ctx, year)
            before = len(ctx.session.scalars(select(LedgerEntry.id)).all())
            budgets.close_year(ctx, year)
            ctx.session.expire_all()
            for name, wanted in step.get("overføres", {}).items():
                found = ctx.session.scalars(
                    select(CarryOver).where(CarryOver.pool_id == self.pools[name])
                ).one()
                columns = {word: getattr(found, CARRIED[word]) for word in wanted}
                assert columns == {word: kr(text) for word, text in wanted.items()}, (told, name)
            after = len(ctx.session.scalars(select(LedgerEntry.id)).all())
            budgets.close_year(ctx, year)
            assert len(ctx.session.scalars(select(LedgerEntry.id)).all()) == after, told
            assert after >= before


NOTHING = dict.fromkeys(
    ("allotted", "carried", "transferred", "reserved", "committed", "actual"), 0
)


def test_there_is_a_case_for_each_profile_and_for_what_none_of_them_does():
    assert {path.stem for path in CASES} == {*profiles.NAMES, "cofunding", "cover"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_accountant_and_the_system_agree(town, path):
    Case(town, path).play()


def test_a_case_with_one_wrong_oere_is_found(town):
    """Control: the comparison is to the øre."""
    case = Case(town, next(path for path in CASES if path.stem == "decentral"))
    wrong = next(step for step in case.file["trin"] if "betaler" in step)
    name, text = next(iter(wrong["betaler"].items()))
    wrong["betaler"][name] = text[:-1] + ("1" if text[-1] == "0" else "0")
    with pytest.raises(AssertionError, match="trin 1"):
        case.play()
