"""
What an attacker has who runs code of his own in a function.

All that its role may do, and all that the roles may do which it can get hold of: by new code for a
function that has one, by a function that it makes, by ``sts:AssumeRole`` where the role trusts it.
Invoking a function is no takeover: what that one reads stays with it.
"""

from __future__ import annotations

from tests.paths.planted import Blast, Expected, Planted, Templates
from tests.paths.planted._shapes import (
    BASIC_EXECUTION,
    FUNCTION_ROLE,
    LAMBDA_TRUST,
    arn,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_WIDE_GRANTS: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
                    "Effect": "Allow",
                    "Resource": "*",
                },
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Ledger"), join("${Ledger.Arn}:*")],
                },
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Customers": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
WIDE_GRANTS = Planted(
    name="wide_grants",
    what=(
        "A function may read, write and invoke more than it was made "
        "for; the twin has exact grants."
    ),
    templates=_WIDE_GRANTS,
    expected=Expected(
        blast={
            "Front": Blast(
                reads=frozenset({"Customers", "Orders", "Password"}),
                writes=frozenset({"Customers", "Jobs", "Orders"}),
                invokes=frozenset({"Ledger"}),
            )
        }
    ),
    safe_templates=changed(
        _WIDE_GRANTS,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "dynamodb:GetItem", "Effect": "Allow", "Resource": arn("Orders")},
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Front": Blast(reads=frozenset({"Orders"}))}),
)

_CODE_UPDATE: Templates = {
    "Shop": {
        "Resources": {
            "DeployServiceRole": FUNCTION_ROLE,
            "DeployServiceRoleDefaultPolicy": policy(
                "DeployServiceRoleDefaultPolicy",
                "DeployServiceRole",
                {
                    "Action": "lambda:UpdateFunctionCode",
                    "Effect": "Allow",
                    "Resource": arn("Vault"),
                },
            ),
            "Deploy": function("DeployServiceRole", after=["DeployServiceRoleDefaultPolicy"]),
            "VaultServiceRole": FUNCTION_ROLE,
            "VaultServiceRoleDefaultPolicy": policy(
                "VaultServiceRoleDefaultPolicy",
                "VaultServiceRole",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Vault": function("VaultServiceRole", after=["VaultServiceRoleDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
CODE_UPDATE = Planted(
    name="code_update",
    what=("A function may change the code of another, and so has what the role of the other has."),
    templates=_CODE_UPDATE,
    expected=Expected(
        blast={"Deploy": Blast(reads=frozenset({"Password"}), controls=frozenset({"Vault"}))}
    ),
    safe_templates=changed(
        _CODE_UPDATE,
        {
            "Shop": {
                "DeployServiceRoleDefaultPolicy": policy(
                    "DeployServiceRoleDefaultPolicy",
                    "DeployServiceRole",
                    {
                        "Action": "lambda:ListVersionsByFunction",
                        "Effect": "Allow",
                        "Resource": arn("Vault"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Deploy": Blast()}),
)

_INVOKE_IS_NO_TAKEOVER: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Vault"), join("${Vault.Arn}:*")],
                },
                {
                    "Action": "lambda:UpdateFunctionCode",
                    "Effect": "Allow",
                    "Resource": arn("Vault"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "VaultServiceRole": FUNCTION_ROLE,
            "VaultServiceRoleDefaultPolicy": policy(
                "VaultServiceRoleDefaultPolicy",
                "VaultServiceRole",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Vault": function("VaultServiceRole", after=["VaultServiceRoleDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
INVOKE_IS_NO_TAKEOVER = Planted(
    name="invoke_is_no_takeover",
    what=(
        "Invoking a function is no takeover of it: what the other "
        "reads stays out of reach, unless its code may be changed."
    ),
    templates=_INVOKE_IS_NO_TAKEOVER,
    expected=Expected(
        blast={
            "Front": Blast(
                reads=frozenset({"Password"}),
                invokes=frozenset({"Vault"}),
                controls=frozenset({"Vault"}),
            )
        }
    ),
    safe_templates=changed(
        _INVOKE_IS_NO_TAKEOVER,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "lambda:InvokeFunction",
                        "Effect": "Allow",
                        "Resource": [arn("Vault"), join("${Vault.Arn}:*")],
                    },
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Front": Blast(invokes=frozenset({"Vault"}))}),
)

_SHARED_ROLE: Templates = {
    "Shop": {
        "Resources": {
            "Everything": resource("AWS::IAM::Role", AssumeRolePolicyDocument=LAMBDA_TRUST),
            "EverythingDefaultPolicy": policy(
                "EverythingDefaultPolicy",
                "Everything",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Thumbnail": function("Everything", after=["EverythingDefaultPolicy"]),
            "Pay": function("Everything", after=["EverythingDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
SHARED_ROLE = Planted(
    name="shared_role",
    what=("Two functions share a role, so the thumbnailer has the secret of the payments."),
    templates=_SHARED_ROLE,
    expected=Expected(
        blast={
            "Thumbnail": Blast(reads=frozenset({"Password"})),
            "Pay": Blast(reads=frozenset({"Password"})),
        }
    ),
    safe_templates=changed(
        _SHARED_ROLE,
        {
            "Shop": {
                "Everything": None,
                "EverythingDefaultPolicy": None,
                "ThumbnailServiceRole": FUNCTION_ROLE,
                "Thumbnail": function("ThumbnailServiceRole"),
                "PayServiceRole": FUNCTION_ROLE,
                "PayServiceRoleDefaultPolicy": policy(
                    "PayServiceRoleDefaultPolicy",
                    "PayServiceRole",
                    {
                        "Action": [
                            "secretsmanager:DescribeSecret",
                            "secretsmanager:GetSecretValue",
                        ],
                        "Effect": "Allow",
                        "Resource": ref("Password"),
                    },
                ),
                "Pay": function("PayServiceRole", after=["PayServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(
        blast={"Thumbnail": Blast(), "Pay": Blast(reads=frozenset({"Password"}))}
    ),
)

_PASS_ROLE: Templates = {
    "Shop": {
        "Resources": {
            "DeployServiceRole": FUNCTION_ROLE,
            "DeployServiceRoleDefaultPolicy": policy(
                "DeployServiceRoleDefaultPolicy",
                "DeployServiceRole",
                {
                    "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"],
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:"
                        "function:job-*"
                    ),
                },
                {"Action": "iam:PassRole", "Effect": "Allow", "Resource": arn("Admin")},
            ),
            "Deploy": function("DeployServiceRole", after=["DeployServiceRoleDefaultPolicy"]),
            "Admin": resource("AWS::IAM::Role", AssumeRolePolicyDocument=LAMBDA_TRUST),
            "AdminDefaultPolicy": policy(
                "AdminDefaultPolicy",
                "Admin",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Worker": resource("AWS::IAM::Role", AssumeRolePolicyDocument=LAMBDA_TRUST),
        }
    }
}
PASS_ROLE = Planted(
    name="pass_role",
    what=(
        "A function may make functions and pass them the role of the "
        "administrator; the twin may pass a role that can do nothing."
    ),
    templates=_PASS_ROLE,
    expected=Expected(
        blast={"Deploy": Blast(reads=frozenset({"Password"}), assumes=frozenset({"Admin"}))}
    ),
    safe_templates=changed(
        _PASS_ROLE,
        {
            "Shop": {
                "DeployServiceRoleDefaultPolicy": policy(
                    "DeployServiceRoleDefaultPolicy",
                    "DeployServiceRole",
                    {
                        "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"],
                        "Effect": "Allow",
                        "Resource": join(
                            "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:"
                            "function:job-*"
                        ),
                    },
                    {"Action": "iam:PassRole", "Effect": "Allow", "Resource": arn("Worker")},
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Deploy": Blast(assumes=frozenset({"Worker"}))}),
)

_ASSUME_ROLE: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "sts:AssumeRole", "Effect": "Allow", "Resource": arn("Reader")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "Reader": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"AWS": arn("FrontServiceRole")},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ReaderDefaultPolicy": policy(
                "ReaderDefaultPolicy",
                "Reader",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
ASSUME_ROLE = Planted(
    name="assume_role",
    what=(
        "A function may assume a role that reads a secret; in the twin "
        "the role does not trust it, so the permission is of no use."
    ),
    templates=_ASSUME_ROLE,
    expected=Expected(
        blast={"Front": Blast(reads=frozenset({"Password"}), assumes=frozenset({"Reader"}))}
    ),
    safe_templates=changed(
        _ASSUME_ROLE,
        {
            "Shop": {
                "Reader": resource(
                    "AWS::IAM::Role",
                    AssumeRolePolicyDocument={
                        "Statement": [
                            {
                                "Action": "sts:AssumeRole",
                                "Effect": "Allow",
                                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Front": Blast()}),
)

_TWO_HOPS: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "lambda:UpdateFunctionCode",
                    "Effect": "Allow",
                    "Resource": arn("Deploy"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "DeployServiceRole": FUNCTION_ROLE,
            "DeployServiceRoleDefaultPolicy": policy(
                "DeployServiceRoleDefaultPolicy",
                "DeployServiceRole",
                {"Action": "sts:AssumeRole", "Effect": "Allow", "Resource": arn("Reader")},
            ),
            "Deploy": function("DeployServiceRole", after=["DeployServiceRoleDefaultPolicy"]),
            "Reader": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"AWS": arn("DeployServiceRole")},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ReaderDefaultPolicy": policy(
                "ReaderDefaultPolicy",
                "Reader",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
TWO_HOPS = Planted(
    name="two_hops",
    what=(
        "Two hops: a function changes the code of a second, whose role "
        "may be used to assume a third."
    ),
    templates=_TWO_HOPS,
    expected=Expected(
        blast={
            "Front": Blast(
                reads=frozenset({"Password"}),
                controls=frozenset({"Deploy"}),
                assumes=frozenset({"Reader"}),
            ),
            "Deploy": Blast(reads=frozenset({"Password"}), assumes=frozenset({"Reader"})),
        }
    ),
    safe_templates=changed(
        _TWO_HOPS,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "lambda:InvokeFunction",
                        "Effect": "Allow",
                        "Resource": arn("Deploy"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(
        blast={
            "Front": Blast(invokes=frozenset({"Deploy"})),
            "Deploy": Blast(reads=frozenset({"Password"}), assumes=frozenset({"Reader"})),
        }
    ),
)

_POLICY_WRITE: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "iam:PutRolePolicy",
                    "Effect": "Allow",
                    "Resource": arn("VaultServiceRole"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "VaultServiceRole": FUNCTION_ROLE,
            "VaultServiceRoleDefaultPolicy": policy(
                "VaultServiceRoleDefaultPolicy",
                "VaultServiceRole",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Vault": function("VaultServiceRole", after=["VaultServiceRoleDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
POLICY_WRITE = Planted(
    name="policy_write",
    what=(
        "A function may write policies into the role of another: it "
        "controls the role, and does not have it. A boundary on its "
        "own role in the twin does not let it."
    ),
    templates=_POLICY_WRITE,
    expected=Expected(blast={"Front": Blast(controls=frozenset({"VaultServiceRole"}))}),
    safe_templates=changed(
        _POLICY_WRITE,
        {
            "Shop": {
                "FrontServiceRole": resource(
                    "AWS::IAM::Role",
                    AssumeRolePolicyDocument=LAMBDA_TRUST,
                    ManagedPolicyArns=[BASIC_EXECUTION],
                    PermissionsBoundary=ref("Boundary"),
                ),
                "Boundary": resource(
                    "AWS::IAM::ManagedPolicy",
                    Description="",
                    Path="/",
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                                "Effect": "Allow",
                                "Resource": "*",
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(blast={"Front": Blast()}),
)

PLANTED = (
    WIDE_GRANTS,
    CODE_UPDATE,
    INVOKE_IS_NO_TAKEOVER,
    SHARED_ROLE,
    PASS_ROLE,
    ASSUME_ROLE,
    TWO_HOPS,
    POLICY_WRITE,
)
