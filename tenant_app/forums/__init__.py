"""Where leaders meet: the wheel of the year, meetings, packs, rankings and decisions."""
