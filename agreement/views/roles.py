"""The roles that see agreement; annotators never do."""

from corpus.models import Membership

LEADS = (Membership.Role.MANAGER, Membership.Role.ADJUDICATOR)
