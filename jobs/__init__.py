"""Work done after the answer was given: RQ is the doorbell, the outbox the memory."""
