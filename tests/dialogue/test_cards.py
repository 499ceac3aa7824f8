"""The municipality's set of cards: changed as it likes, and never under a session."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, select

from tenant_app.cli.migrate import alembic_config, migrate
from tenant_app.core.access import system
from tenant_app.core.errors import Conflict, Forbidden, Invalid
from tenant_app.dialogue import rules
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueCard, Phase
from tests.databases import new_database, opened
from tests.dialogue.conftest import Circle
from tests.town import Town

TEXTS = {
    "title_da": "Vores eget",
    "question_da": "Hvad vil vi selv spørge om?",
    "hint_da": "",
}


def test_a_card_of_ones_own_is_added_changed_retired_and_put_back(town, circle):
    with town.as_user("consultant") as ctx:
        made = dialogue.add_card(ctx, phase=Phase.PLANNING, **TEXTS)
        assert (made.title_en, made.position) == ("Vores eget", 8), "Danish until it is translated"
        dialogue.change_card(
            ctx, made.id, phase=Phase.NEEDS, position=1, **TEXTS | {"title_en": "Our own"}
        )
        card_id = made.id
    with town.as_user("leader_n1") as ctx:
        assert "Our own" in [card.title_en for card in dialogue.cards(ctx)[:2]]
    with town.as_user("admin") as ctx:
        dialogue.retire_card(ctx, card_id)
        assert card_id not in {card.id for card in dialogue.cards(ctx)}
        assert card_id in {card.id for card in dialogue.cards(ctx, retired=True)}
        with pytest.raises(Conflict):
            dialogue.retire_card(ctx, card_id)
        dialogue.restore_card(ctx, card_id)
        with pytest.raises(Conflict):
            dialogue.restore_card(ctx, card_id)
        assert dialogue.restore_standard(ctx) == len(rules.STANDARD)
        assert len(dialogue.cards(ctx)) == len(rules.STANDARD)
        assert len(dialogue.cards(ctx, retired=True)) == 2 * len(rules.STANDARD) + 1


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor", "ped_n1"])
def test_the_set_is_the_whole_municipalitys(town, circle, who):
    with town.as_system() as ctx:
        card_id = dialogue.cards(ctx)[0].id
    before = circle.everything()

    for act in (
        lambda ctx: dialogue.add_card(ctx, phase=Phase.NEEDS, **TEXTS),
        lambda ctx: dialogue.change_card(ctx, card_id, phase=Phase.NEEDS, position=1, **TEXTS),
        lambda ctx: dialogue.retire_card(ctx, card_id),
        dialogue.restore_standard,
    ):
        with town.as_user(who) as ctx, pytest.raises(Forbidden):
            act(ctx)

    assert circle.everything() == before


@pytest.mark.parametrize(
    "wrong",
    [{"title_da": ""}, {"question_da": " "}, {"question_en": "x" * 102_400}, {"hint_da": "\x00"}],
)
def test_a_card_that_cannot_be_is_refused(town, circle, wrong):
    before = circle.everything()

    with town.as_user("admin") as ctx, pytest.raises(Invalid) as refused:
        dialogue.add_card(ctx, phase=Phase.NEEDS, **TEXTS | wrong)

    assert refused.value.field in wrong
    assert circle.everything() == before


def test_the_set_has_an_end_and_keeps_its_last_card(town, circle):
    with town.as_user("admin") as ctx:
        for number in range(rules.MOST_CARDS - len(rules.STANDARD)):
            dialogue.add_card(ctx, phase=Phase.NEEDS, **TEXTS | {"title_da": f"Kort {number}"})
        with pytest.raises(Conflict, match="60 cards"):
            dialogue.add_card(ctx, phase=Phase.NEEDS, **TEXTS)
        *rest, last = dialogue.cards(ctx)
        for card in rest:
            dialogue.retire_card(ctx, card.id)
        with pytest.raises(Conflict, match="last card"):
            dialogue.retire_card(ctx, last.id)


def test_the_migration_gives_what_founding_gives(servers):
    with new_database(servers) as settings, opened(settings) as db:
        town = Town(db)
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), "0025")
        migrate(settings)
        engine.dispose()

        with db.unit_of_work(town.tenant_id, system("test")) as ctx:
            names = ("phase", *rules.CardText._fields[1:])
            found = [
                rules.CardText(*(getattr(card, name) for name in names))
                for card in ctx.session.scalars(select(DialogueCard))
            ]
        assert sorted(found) == sorted(rules.STANDARD)


def test_down_and_up_again_leaves_the_cards_of_the_municipality(servers):
    with new_database(servers) as settings, opened(settings) as db:
        circle = Circle(Town(db))
        with circle.town.as_user("admin") as ctx:
            dialogue.add_card(ctx, phase=Phase.NEEDS, **TEXTS)
        circle.open()
        before = circle.everything()
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), "0030")
        assert circle.everything() == before
        migrate(settings)
        engine.dispose()
        assert circle.everything() == before
