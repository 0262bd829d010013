"""Web ACLs as the gallery shows them."""

from __future__ import annotations

import aws_cdk as cdk

from secure_constructs.constructs import SecureWebAcl
from secure_constructs.constructs.web_acl import LoginPage, SignUpPage


def web_acl(stack: cdk.Stack) -> None:
    """
    A web ACL, one with every group there is, one that counts before it blocks.
    """
    SecureWebAcl(stack, "Usual")
    SecureWebAcl(
        stack,
        "Full",
        anonymous_ip=True,
        anti_ddos=True,
        bot_control=True,
        login=LoginPage(path="/login", password_field="/password", username_field="/user"),
        rate_limit=500,
        sign_up=SignUpPage(
            email_field="/mail",
            password_field="/password",
            path="/accounts",
            registration_page_path="/join",
            username_field="/user",
        ),
        sql_database=True,
    )
    new = SecureWebAcl(stack, "New", count_first=True)
    cdk.Validations.of(new).acknowledge(
        cdk.Acknowledgment(
            id="Secure-Constructs::wafv2-without-known-bad-inputs",
            reason="It counts for a week, then count_first goes.",
        )
    )
