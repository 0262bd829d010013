"""Secrets that stand in the environment of a function."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import raw_at, secret_in
from secure_constructs.rules._values import named
from secure_constructs.template import Resource, Template


class SecretInEnvironment(Rule):
    """
    A secret stands in plain sight in the function's environment.

    Whoever may read the function's configuration, the template or the deployment history reads
    the secret, and code that prints its environment sends it to the log. It also outlives
    its rotation, since the value is copied at deployment.
    """

    id = "lambda-secret-in-environment"
    control = "lambda.env-secrets"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::Lambda::Function",)
    fix = 'pass secrets={"NAME": secret} to SecureFunction, which puts only the ARN there'
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    )

    passes = (
        Example(
            "the ARN of a secret, which is no secret",
            {"Environment": {"Variables": {"DB_SECRET": {"Ref": "Db"}}}},
            beside={"Db": {"Type": "AWS::SecretsManager::Secret"}},
        ),
        Example(
            "names that only speak of secrets",
            {
                "Environment": {
                    "Variables": {
                        "TOKEN_TYPE": "accessToken",
                        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": "2773",
                        "SECRET_NAME": "shop/db",
                        "PASSWORD_LENGTH": 12,
                    }
                }
            },
        ),
        Example(
            "the user's name beside a password",
            {
                "Environment": {
                    "Variables": {"DB_USER": "{{resolve:secretsmanager:db:SecretString:username}}"}
                }
            },
        ),
        Example(
            "the user's name beside the password of a secret that has another name each time",
            {
                "Environment": {
                    "Variables": {
                        "DB_USER": {
                            "Fn::Sub": "{{resolve:secretsmanager:${Db}:SecretString:username}}"
                        }
                    }
                }
            },
            beside={"Db": {"Type": "AWS::SecretsManager::Secret"}},
        ),
        Example(
            "the id of a user's key, which opens nothing without the key",
            {"Environment": {"Variables": {"SENDER": {"Ref": "Key"}}}},
            beside={"Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "mailer"}}},
        ),
        Example(
            "a parameter's name",
            {"Environment": {"Variables": {"DB_PASSWORD": "/shop/db/password"}}},
        ),
    )
    fails = (
        Example(
            "a password in plain text",
            {"Environment": {"Variables": {"DB_PASSWORD": "correct-horse-battery"}}},
        ),
        Example(
            "a secret that is resolved at deployment",
            {
                "Environment": {
                    "Variables": {"PAYMENTS": "{{resolve:secretsmanager:pay:SecretString:key}}"}
                }
            },
        ),
        Example(
            "the default of a parameter",
            {"Environment": {"Variables": {"JWT_SECRET": {"Ref": "Jwt"}}}},
            sections={"Parameters": {"Jwt": {"Type": "String", "Default": "hs256-signing"}}},
        ),
        Example(
            "a hidden parameter",
            {"Environment": {"Variables": {"DB_PASS": {"Ref": "Pass"}}}},
            sections={"Parameters": {"Pass": {"Type": "String", "NoEcho": True}}},
        ),
        Example(
            "a user's secret key",
            {"Environment": {"Variables": {"SENDER": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}}}},
            beside={"Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "mailer"}}},
        ),
        Example(
            "a secret that is resolved at deployment, beside what else is known then",
            {
                "Environment": {
                    "Variables": {
                        "STORE": {
                            "Fn::Sub": "redis://:{{resolve:secretsmanager:c:SecretString:key}}"
                            "@${Cache.PrimaryEndPoint.Address}"
                        }
                    }
                }
            },
            beside={"Cache": {"Type": "AWS::ElastiCache::ReplicationGroup"}},
        ),
        Example(
            "a password in a URL, beside what is known at deployment",
            {
                "Environment": {
                    "Variables": {
                        "FEED": {"Fn::Sub": "https://shop:Sesame1@${Queue.QueueName}.net"}
                    }
                }
            },
            beside={"Queue": {"Type": "AWS::SQS::Queue"}},
        ),
        Example(
            "a key known by its form",
            {"Environment": {"Variables": {"CONFIG": "id=AKIAIOSFODNN7EXAMPLE"}}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        variables = function.block("Environment.Variables")
        written = raw_at(function.body, "Properties", "Environment", "Variables")
        for name, value in named(variables):
            if secret := secret_in(name, value, written.get(name), template):
                yield self.finding(variables, (name,), f"{name} holds {secret}")
