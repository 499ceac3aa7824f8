"""Dialogue sessions: cards in three phases, from answers to needs, initiatives and plans."""
