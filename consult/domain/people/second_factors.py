"""Second factors of officers: which kinds there are, who may have one, and what two persons decide about them."""

from enum import StrEnum

from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import OF_KEEPERS, TERMS


class FactorKind(StrEnum):
    """A thing that a person has, beside what they know."""

    APP = "app"
    """Six digits from an app on their phone, new every 30 seconds (RFC 6238)."""
    PASSKEY = "passkey"
    """A key that the browser keeps (WebAuthn)."""


class FactorChange(StrEnum):
    """A decision that takes two persons of different offices."""

    RESET = "reset"
    """End all factors of one officer, who has lost them."""
    REQUIRE = "require"
    """Let no office of the keepers count in a sign-in without a second factor."""
    RELEASE = "release"
    """Require it no longer."""


KEEPERS = frozenset(role for role, term in TERMS.items() if term is OF_KEEPERS)
"""The offices that a village may tie to a second factor; any officer may have one."""
OFFICERS = frozenset(TERMS) - {Role.VILLAGER}
DECIDES_FACTORS = frozenset({Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY, Role.SUPERVISOR, Role.CLERK})
