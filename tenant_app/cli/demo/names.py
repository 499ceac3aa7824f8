"""Names of people and houses. People are put together at random; houses are called after nature."""

from __future__ import annotations

from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    """
    Anne Mette Kirsten Hanne Lene Susanne Camilla Louise Maria Charlotte Pia Trine Heidi Line
    Julie Ida Emma Sofie Freja Laura Katrine Signe Maja Cecilie Sara Nanna Stine Marie Rikke Tina
    Dorte Bente Inge Birgit Gitte Helle Karin Lone Mona Ulla Yasmin Fatima Aisha Leyla Elif Zahra
    Peter Lars Jens Søren Thomas Henrik Michael Martin Mads Rasmus Christian Jonas Emil Oliver
    Magnus Anders Jakob Simon Nikolaj Kasper Ali Mehmet Omar Hassan Morten Bo Kim Torben
    """
)
LAST = _words(
    """
    Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen
    Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen
    Knudsen Jakobsen Mikkelsen Frederiksen Laursen Lund Holm Schmidt Eriksen Kristiansen Clausen
    Simonsen Svendsen Andreasen Iversen Jeppesen Vestergaard Nissen Bach Dahl Friis Kjær Bruun
    Yilmaz Ahmed Demir Hussain Khan Nguyen
    """
)
HOUSES = _words(
    """
    Solsikken Mælkebøtten Skovbrynet Troldehøj Regnbuen Kastanjen Birkehaven Bøgebakken
    Egernet Svalereden Mariehønen Kløvermarken Åkanden Fyrtårnet Lærkereden Spiren Valmuen
    Stjernehuset Rævehulen Humlebien Pilehaven Søhesten Æblegården Vandpytten Galaxen
    Hyldeblomsten Kornblomsten Mosehuset Nordlyset Poppelgården Rønnebær Snerlen Tusindfryd
    Viben Anemonen Bakkehuset Dammen Engblommen Firkløveret Grævlingen Havblik Ildfluen
    """
)


def person(dice: Random) -> str:
    """Somebody who does not exist."""
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}"


def houses(count: int) -> list[str]:
    """So many institutions, none called like another."""
    return [f"Børnehuset {name}" for name in HOUSES[:count]]
