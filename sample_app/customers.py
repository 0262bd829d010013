"""Who may order: the accounts that the sales staff opens for trade customers."""

from typing import Final

from aws_cdk import aws_cognito as cognito
from constructs import Construct

from secure_constructs.constructs import SecureUserPool

SHOP: Final = "https://shop.example.com"


class Customers(SecureUserPool):
    """
    The trade customers of the shop.

    They sign in with their mail address, a password and a one-time code, on Cognito's own page.
    Nobody signs up: the staff opens accounts.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, password_policy=cognito.PasswordPolicy(min_length=14))
        self.add_client(
            "Shop",
            callback_urls=[f"{SHOP}/signed-in"],
            logout_urls=[f"{SHOP}/signed-out"],
        )
