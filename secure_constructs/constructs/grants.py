"""
Exact grants: the actions a handler uses, on the resource it uses, and nothing beside.

Each class takes the place of the CDK's own class of that resource: the names the CDK
uses give the exact set, and there are names of ours for what the CDK does not offer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from secure_constructs.constructs._base import pseudo, refusal, remembered, service_principal
from secure_constructs.constructs._key_use import grant_key_through

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Never

# What the service needs of a queue's key: https://docs.aws.amazon.com/AWSSimpleQueueService/
# latest/SQSDeveloperGuide/sqs-key-management.html (a producer decrypts to verify the key).
_SEND_KEY_ACTIONS = ["kms:GenerateDataKey", "kms:Decrypt"]
_CONSUME_KEY_ACTIONS = ["kms:Decrypt"]

# What Lambda's poller needs, and a consumer of ours with it:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_CONSUME_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


ADMIN_ACTIONS: Final = (
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:GetKeyPolicy",
    "kms:ListGrants",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
)
"""
What turns a key on and off, deletes it, and takes back grants, and what one needs to see for it.

Who may change the key policy may use the key: whoever writes it can name themselves. Policy,
rotation, tags and description stand in the template, and only there.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators
"""

ROTATION_ACTIONS: Final = (
    "kms:GetKeyRotationStatus",
    "kms:ListKeyRotations",
    "kms:RotateKeyOnDemand",
)
"""
What rotates a key before its time, and what shows when it was rotated.

https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-on-demand.html
"""

EncryptOperation: TypeAlias = Literal[
    "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"
]
_ENCRYPT: Final[tuple[EncryptOperation, ...]] = ("Encrypt", "GenerateDataKey")


class SecureQueueGrants(sqs.QueueGrants):
    """
    Exact grants on a queue, and on its key where it has one.

    Args:
        queue: The queue they are about.
    """

    def __init__(self, queue: sqs.Queue) -> None:
        self._queue = queue
        # The CDK offers no constructor; the object it makes is made ours.
        self.__jsii_ref__ = sqs.QueueGrants.from_queue(queue).__jsii_ref__  # type: ignore[attr-defined]

    def send_messages(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal send: ``sqs:SendMessage``, without the queue's attributes.

        Args:
            grantee: Who may send.
        """
        return self._allow(grantee, ["sqs:SendMessage"], _SEND_KEY_ACTIONS)

    def consume_messages(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal receive and delete, as an event source of Lambda does.

        Args:
            grantee: Who may consume.
        """
        return self._allow(grantee, _CONSUME_ACTIONS, _CONSUME_KEY_ACTIONS)

    def purge(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal delete every message: ``sqs:PurgeQueue``.

        Args:
            grantee: Who may purge.
        """
        return self.actions(grantee, ["sqs:PurgeQueue"])

    def send(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        The same as `send_messages`.

        Args:
            grantee: Who may send.
        """
        return self.send_messages(grantee)

    def consume(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        The same as `consume_messages`.

        Args:
            grantee: Who may consume.
        """
        return self.consume_messages(grantee)

    def send_from_service(self, service: str, *, source_arn: str) -> None:
        """
        Let an AWS service send on behalf of one resource of this account.

        Without both conditions any account could make the service send here (the
        confused deputy:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).

        Args:
            service: Its principal, such as ``events.amazonaws.com``.
            source_arn: The topic, rule or bucket on whose behalf it sends.
        """
        self._queue.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[service_principal(service)],
                resources=[self._queue.queue_arn],
                conditions=_on_behalf_of(source_arn),
            )
        )

    def _allow(
        self, grantee: iam.IGrantable, actions: list[str], key_actions: list[str]
    ) -> iam.Grant:
        grant = self.actions(grantee, actions)
        if key := encryption_key_of(self._queue, "encryption_master_key"):
            grant_key_through("sqs", *key_actions, key=key, grantee=grantee, resource=self._queue)
        return grant


class SecureSecretGrants:
    """
    Exact grants on a secret, and on its key through Secrets Manager only.

    Args:
        secret: The secret they are about.
    """

    def __init__(self, secret: secretsmanager.ISecret) -> None:
        self._secret = secret

    def read(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal read the value: ``secretsmanager:GetSecretValue``.

        Where the secret has a key of its own, ``kms:Decrypt`` comes with it, but only
        for calls that Secrets Manager makes (``kms:ViaService``:
        https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).

        Args:
            grantee: Who may read.
        """
        return self._allow(grantee, ["secretsmanager:GetSecretValue"], ["kms:Decrypt"])

    def write(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal store a new version: ``secretsmanager:PutSecretValue``.

        Args:
            grantee: Who may write.
        """
        return self._allow(
            grantee,
            ["secretsmanager:PutSecretValue"],
            ["kms:GenerateDataKey", "kms:Decrypt"],
        )

    def _allow(
        self, grantee: iam.IGrantable, actions: list[str], key_actions: list[str]
    ) -> iam.Grant:
        secret = self._secret
        if isinstance(secret, secretsmanager.Secret):
            arn = secret_arn_of(secret)
        else:
            # An imported secret may be known without the six characters that end its ARN.
            arn = secret.secret_full_arn or f"{secret.secret_arn}-??????"
        grant = iam.Grant.add_to_principal_or_resource(
            grantee=grantee, actions=actions, resource_arns=[arn], resource=secret
        )
        if key := encryption_key_of(secret, "encryption_key"):
            grant_key_through(
                "secretsmanager", *key_actions, key=key, grantee=grantee, resource=secret
            )
        return grant


class SecureKeyGrants(kms.KeyGrants):
    """
    Exact grants on a key, best with the service through which it is used.

    Args:
        key: The key they are about.
    """

    def __init__(self, key: kms.Key) -> None:
        self._key = key
        # The CDK offers no constructor; the object it makes is made ours.
        stock = kms.KeyGrants.from_key(key, trust_account_identities=True)
        self.__jsii_ref__ = stock.__jsii_ref__  # type: ignore[attr-defined]

    def admin(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal turn the key off and on, delete it, and revoke grants.

        They neither use it nor can let themselves: the key policy, like rotation, tags and
        description, is changed by the stack alone.

        Args:
            grantee: Who may.
        """
        return self.actions(grantee, *ADMIN_ACTIONS)

    def encrypt(self, grantee: iam.IGrantable, *operations: EncryptOperation) -> iam.Grant:
        """
        Let a principal encrypt: itself up to 4 KB, or more with a data key.

        Args:
            grantee: Who may encrypt.
            operations: Which operations.
                Default: ``Encrypt`` and ``GenerateDataKey``, which the AWS Encryption SDK calls.
        """
        return self.actions(grantee, *_kms(operations or _ENCRYPT))

    def decrypt(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal decrypt whatever the key encrypted.

        `decrypt_through` is narrower, where a service decrypts for the principal.

        Args:
            grantee: Who may decrypt.
        """
        return self.actions(grantee, "kms:Decrypt")

    def encrypt_decrypt(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal encrypt and decrypt.

        Args:
            grantee: Who may.
        """
        return self.actions(grantee, *_kms(_ENCRYPT), "kms:Decrypt")

    def sign(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key is symmetric.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self._refuse("sign", grantee)

    def verify(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key is symmetric.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self._refuse("verify", grantee)

    def sign_verify(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key is symmetric.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self._refuse("sign_verify", grantee)

    def generate_mac(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and makes no codes.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self._refuse("generate_mac", grantee)

    def verify_mac(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and makes no codes.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self._refuse("verify_mac", grantee)

    def decrypt_through(self, grantee: iam.IGrantable, service: str) -> iam.Grant:
        """
        Let a principal decrypt, but only in calls that a service makes for it.

        Args:
            grantee: Who may decrypt.
            service: The service in front of the key, such as ``secretsmanager``.
        """
        return grant_key_through(
            service, "kms:Decrypt", key=self._key, grantee=grantee, resource=self._key
        )

    def service(self, service: str, *, source_arn: str) -> None:
        """
        Let an AWS service use the key on behalf of one resource of this account.

        An encrypted queue or topic needs this for each service that sends to it
        (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html).

        Args:
            service: Its principal, such as ``events.amazonaws.com``.
            source_arn: The resource on whose behalf it acts.
        """
        self._key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:GenerateDataKey", "kms:Decrypt"],
                principals=[service_principal(service)],
                resources=["*"],
                conditions=_on_behalf_of(source_arn),
            )
        )

    def _refuse(self, verb: str, grantee: iam.IGrantable) -> Never:
        raise refusal(
            type(self._key), self._key, "", f"grant_{verb}", grantee,
            because="a key that encrypts can do nothing else",
            instead="make a plain Key with the key_usage you need, and grant on that",
        )  # fmt: skip

    def logs(self, *, log_group_name: str = "*") -> None:
        """
        Let CloudWatch Logs encrypt log groups of this account and Region with the key.

        The encryption context names the log group, so the key decrypts no other
        (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).

        Args:
            log_group_name: Which log groups, with ``*`` for any characters.
                Default: every log group of the account in the Region.
        """
        grant_logs(self._key, log_group_name)


def grant_logs(key: kms.IKey, log_group_name: str) -> None:
    """
    Let CloudWatch Logs encrypt some log groups with a key, whoever defined the key.

    The key policy of a key defined outside the app cannot be changed from here: it must
    admit the service already.

    Args:
        key: The key.
        log_group_name: Which log groups, with ``*`` for any characters.
    """
    place = f"{pseudo('PARTITION')}:logs:{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}"
    arn = f"arn:{place}:log-group:{log_group_name}"
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=[
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:DescribeKey",
            ],
            principals=[service_principal("logs.amazonaws.com")],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}},
        ),
        True,  # noqa: FBT003 - positional in the CDK: a foreign key is left as it is
    )


def encryption_key_of(thing: object, attribute: str) -> kms.IKey | None:
    """
    The key that encrypts something, asked for once.

    Args:
        thing: What is encrypted.
        attribute: Where the CDK says so.
    """
    key: kms.IKey | None = remembered(thing, "key", lambda: getattr(thing, attribute))
    return key


def secret_arn_of(secret: secretsmanager.ISecret) -> str:
    """
    The ARN of a secret, asked for once.

    Args:
        secret: The secret.
    """
    return remembered(secret, "arn", lambda: secret.secret_arn)


def role_arn_of(grantee: iam.IGrantable) -> str | None:
    """
    The role a function or role acts with, or None where it is not known.

    Args:
        grantee: The function or role.
    """
    arn: str | None = getattr(grantee.grant_principal, "role_arn", None)
    return arn


def _kms(operations: Iterable[EncryptOperation]) -> list[str]:
    return [f"kms:{operation}" for operation in operations]


def _on_behalf_of(source_arn: str) -> Mapping[str, Mapping[str, str]]:
    return {
        "ArnLike": {"aws:SourceArn": source_arn},
        "StringEquals": {"aws:SourceAccount": pseudo("ACCOUNT_ID")},
    }
