"""The web's own floor: hosts, sign-in, errors, headers, language."""
