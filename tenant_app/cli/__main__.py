"""`python -m tenant_app.cli` is `roedtraad`."""

from tenant_app.cli import main

if __name__ == "__main__":
    main(prog_name="roedtraad")
