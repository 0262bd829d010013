"""IAM policies: what they say, whom they let in, and what that adds up to."""

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context
from secure_constructs.iam.documents import PolicyDocument, Statement
from secure_constructs.iam.evaluation import Policies, PolicySet, Request, simulate

__all__ = [
    "Answer",
    "Context",
    "Policies",
    "PolicyDocument",
    "PolicySet",
    "Request",
    "Statement",
    "simulate",
]
