"""What a year is drafted with in the panel."""

YEAR = {
    "frame": "1.000.000,00",
    "central_bp": "40",
    "area_bp": "0",
    "allocation": "pedagogue_fte",
    "weight": "100",
    "second_key": "",
    "policy": "stop",
}
