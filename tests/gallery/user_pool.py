"""User pools and their clients in their main variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito

from secure_constructs.constructs import SecureUserPool, SecureUserPoolClient, SecureWebAcl

if TYPE_CHECKING:
    import aws_cdk as cdk


def user_pool(stack: cdk.Stack) -> None:
    """
    Build user pools, with clients for a browser, a server, a phone and a developer.
    """
    customers = SecureUserPool(
        stack,
        "Customers",
        custom_attributes={"discount": cognito.NumberAttribute()},
        passkey_relying_party_id="login.shop.example.com",
        passkeys=True,
        self_sign_up="Anyone may buy tea.",
        standard_attributes=cognito.StandardAttributes(
            fullname=cognito.StandardAttribute(required=True)
        ),
        web_acl=SecureWebAcl(stack, "SignInAcl"),
    )
    customers.add_client(
        "Browser",
        callback_urls=["https://shop.example.com/signed-in"],
        logout_urls=["https://shop.example.com/signed-out"],
    )
    customers.add_client(
        "Server",
        callback_urls=["https://office.example.com/signed-in"],
        enable_propagate_additional_user_context_data=True,
        generate_secret=True,
        scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
    )
    SecureUserPoolClient(
        stack,
        "Phone",
        callback_urls=["com.example.shop:/signed-in"],
        refresh_token_validity=Duration.days(30),
        user_pool=customers,
    )
    colleagues = SecureUserPool(
        stack,
        "Colleagues",
        no_threat_protection="Ten colleagues, who are invited by name.",
        password_policy=cognito.PasswordPolicy(min_length=16, require_symbols=False),
    )
    colleagues.add_client(
        "Developer",
        callback_urls=["http://localhost:3000/signed-in"],
        localhost="Developers run the page on their own machine.",
    )
