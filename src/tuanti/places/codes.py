"""A stairwell's code: drawn, checked, read as people type it, and written for them."""

import secrets

from tuanti.places.refusals import CodeMistyped

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_LENGTH = 9
_ALIKE = str.maketrans("OIL", "011")  # Crockford: letters that look like figures


def new_code() -> str:
    """Draw a stairwell's code: eight characters and a check character."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH - 1))
    return drawn + check_character(drawn)


def check_character(code: str) -> str:
    """Compute the character that catches one wrong or any two swapped characters.

    Characters are elements of the field of 32; place ``n`` weighs the n-th power of its generator,
    the check itself weighs one. (A sum of figures modulo 31 would take 0 for Z.)
    """
    check = 0
    for char in reversed(code):
        check = _doubled(check ^ ALPHABET.index(char))
    return ALPHABET[check]


def read_code(typed: str) -> str:
    """Read a code: spaces and hyphens do not matter, O is 0, I and L are 1.

    :raises CodeMistyped: its length or its check character is wrong.
    """
    code = "".join(typed.upper().split()).replace("-", "").translate(_ALIKE)
    known = all(char in ALPHABET for char in code)
    if len(code) != _LENGTH or not known or check_character(code[:-1]) != code[-1]:
        raise CodeMistyped
    return code


def shown_code(code: str) -> str:
    """Write a code for people, in three groups."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def _doubled(element: int) -> int:
    """Multiply by the generator of the field of 32: x, where x^5 = x^2 + 1."""
    twice = element << 1
    return twice ^ 0b100101 if twice > 0b11111 else twice  # noqa: PLR2004 (the five bits)
