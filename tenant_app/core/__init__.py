"""The cellar: money, access, unit of work, tenant fence, outbox. Knows no business word."""
