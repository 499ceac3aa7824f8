"""Application rounds: units apply for money of a pool, and what they are awarded lies in theirs."""
