"""What is known of packages that are not part of an asset's own code."""

from __future__ import annotations

import sys
from typing import Final

# Packages that ask AWS for nothing by themselves, and hand no client on.
HARMLESS: Final = frozenset(sys.stdlib_module_names) | frozenset(
    {
        "__future__",
        "_typeshed",
        "aiohttp",
        "annotated_types",
        "anyio",
        "arrow",
        "asgiref",
        "attr",
        "attrs",
        "aws_durable_execution_sdk_python",
        "aws_embedded_metrics",
        "aws_lambda_powertools",
        "aws_lambda_typing",
        "aws_xray_sdk",
        "awslambdaric",
        "babel",
        "backoff",
        "bs4",
        "cachetools",
        "cattrs",
        "certifi",
        "cfnresponse",
        "chardet",
        "charset_normalizer",
        "click",
        "cryptography",
        "dacite",
        "dataclasses_json",
        "dateparser",
        "dateutil",
        "datadog_lambda",
        "ddtrace",
        "defusedxml",
        "deepdiff",
        "dotenv",
        "email_validator",
        "fastapi",
        "fastjsonschema",
        "flask",
        "glom",
        "graphql",
        "hmac",
        "httpx",
        "idna",
        "inflection",
        "isodate",
        "iso8601",
        "itsdangerous",
        "jinja2",
        "jmespath",
        "jose",
        "json_logging",
        "jsonpath_ng",
        "jsonpickle",
        "jsonschema",
        "jwt",
        "lambda_decorators",
        "loguru",
        "lxml",
        "mangum",
        "markdown",
        "markupsafe",
        "marshmallow",
        "more_itertools",
        "msgpack",
        "msgspec",
        "multipart",
        "mypy_extensions",
        "numpy",
        "openpyxl",
        "opentelemetry",
        "orjson",
        "packaging",
        "passlib",
        "pendulum",
        "phonenumbers",
        "PIL",
        "psycopg",
        "psycopg2",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "pymysql",
        "PyPDF2",
        "pypdf",
        "pythonjsonlogger",
        "pytz",
        "qrcode",
        "rapidjson",
        "redis",
        "regex",
        "reportlab",
        "requests",
        "ruamel",
        "sentry_sdk",
        "simplejson",
        "six",
        "slugify",
        "sqlalchemy",
        "starlette",
        "stripe",
        "structlog",
        "tabulate",
        "tenacity",
        "toml",
        "tomli",
        "toolz",
        "typeguard",
        "typing_extensions",
        "typing_inspection",
        "tzdata",
        "tzlocal",
        "ujson",
        "ulid",
        "urllib3",
        "uvloop",
        "voluptuous",
        "werkzeug",
        "xmltodict",
        "xxhash",
        "yaml",
        "yarl",
        "zoneinfo",
    }
)
SDK: Final = frozenset({"aioboto3", "aiobotocore", "boto3", "botocore", "s3transfer"})
STUBS: Final = ("mypy_boto3_", "types_boto3_", "types_aiobotocore_")

_SSM: Final = "ssm"
_SECRETS: Final = "secretsmanager"
_CONFIG: Final = (
    ("appconfigdata", "start_configuration_session"),
    ("appconfigdata", "get_latest_configuration"),
)
_IDEMPOTENCY: Final = (
    ("dynamodb", "get_item"),
    ("dynamodb", "put_item"),
    ("dynamodb", "update_item"),
    ("dynamodb", "delete_item"),
)
_ENCRYPTION: Final = (("kms", "decrypt"), ("kms", "generate_data_key"), ("kms", "encrypt"))

# Functions and classes of packages that ask AWS for something: the last parts of their names, the
# package first, so that it does not matter through which module they are reached.
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/#iam-permissions
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/#iam-permissions
REQUESTS: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("aws_lambda_powertools", "get_parameter"): ((_SSM, "get_parameter"),),
    ("aws_lambda_powertools", "get_parameters"): ((_SSM, "get_parameters_by_path"),),
    ("aws_lambda_powertools", "get_parameters_by_name"): ((_SSM, "get_parameters"),),
    ("aws_lambda_powertools", "set_parameter"): ((_SSM, "put_parameter"),),
    ("aws_lambda_powertools", "get_secret"): ((_SECRETS, "get_secret_value"),),
    ("aws_lambda_powertools", "set_secret"): (
        (_SECRETS, "put_secret_value"),
        (_SECRETS, "create_secret"),
    ),
    ("aws_lambda_powertools", "get_app_config"): _CONFIG,
    ("aws_lambda_powertools", "AppConfigStore"): _CONFIG,
    ("aws_lambda_powertools", "DynamoDBPersistenceLayer"): _IDEMPOTENCY,
    ("aws_lambda_powertools", "DynamoDBIdempotencyPersistenceLayer"): _IDEMPOTENCY,
    ("aws_lambda_powertools", "AWSEncryptionSDKProvider"): _ENCRYPTION,
    ("aws_lambda_powertools", "S3Object"): (("s3", "get_object"), ("s3", "head_object")),
    ("aws_secretsmanager_caching", "SecretCache"): (
        (_SECRETS, "get_secret_value"),
        (_SECRETS, "describe_secret"),
    ),
    ("aws_secretsmanager_caching", "InjectSecretString"): (
        (_SECRETS, "get_secret_value"),
        (_SECRETS, "describe_secret"),
    ),
    ("aws_secretsmanager_caching", "InjectKeywordedSecretString"): (
        (_SECRETS, "get_secret_value"),
        (_SECRETS, "describe_secret"),
    ),
}
# Packages of which it tells what is called on their results.
TELLING: Final = frozenset(top for top, _ in REQUESTS)
# Of these only some part is needed, so that none is surely missing when it is not granted.
PARTLY: Final = frozenset({"set_secret", "AWSEncryptionSDKProvider", "S3Object"})

# Powertools' providers: class and method.
PROVIDERS: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("SSMProvider", "get"): ((_SSM, "get_parameter"),),
    ("SSMProvider", "get_multiple"): ((_SSM, "get_parameters_by_path"),),
    ("SSMProvider", "get_parameters_by_name"): ((_SSM, "get_parameters"),),
    ("SSMProvider", "set"): ((_SSM, "put_parameter"),),
    ("SecretsProvider", "get"): ((_SECRETS, "get_secret_value"),),
    ("SecretsProvider", "set"): ((_SECRETS, "put_secret_value"), (_SECRETS, "create_secret")),
    ("DynamoDBProvider", "get"): (("dynamodb", "get_item"),),
    ("DynamoDBProvider", "get_multiple"): (("dynamodb", "query"),),
    ("AppConfigProvider", "get"): _CONFIG,
}

# Packages that ask AWS for more than their calls show: package -> the service, in boto3's words.
OPAQUE: Final = {
    "aws_encryption_sdk": "kms",
    "aws_secretsmanager_caching": _SECRETS,
    "crhelper": "*",
    "dynamodb_encryption_sdk": "dynamodb",
    "dynamodb_json": "",
    "moto": "*",
    "pynamodb": "dynamodb",
    "dynamorm": "dynamodb",
    "watchtower": "logs",
    "redshift_connector": "redshift",
    "s3fs": "s3",
    "s3path": "s3",
    "cloudpathlib": "s3",
    "smart_open": "s3",
    "pandas": "s3",
    "polars": "s3",
    "pyarrow": "s3",
    "duckdb": "s3",
    "opensearchpy": "opensearch",
    "elasticsearch": "opensearch",
}

# Whatever makes code run that is not seen.
UNSEEN: Final = {
    "builtins.eval": "runs code that it makes",
    "builtins.exec": "runs code that it makes",
    "builtins.__import__": "imports what it names only at run time",
    "importlib.import_module": "imports what it names only at run time",
    "os.system": "runs another program",
    "os.popen": "runs another program",
    "os.execv": "runs another program",
    "os.execvp": "runs another program",
    "subprocess": "runs another program",
    "asyncio.create_subprocess_exec": "runs another program",
    "asyncio.create_subprocess_shell": "runs another program",
    "pickle.loads": "runs code that it reads",
    "pickle.load": "runs code that it reads",
    "runpy": "runs code that it names only at run time",
    "botocore.auth": "signs requests of its own",
    "botocore.awsrequest": "signs requests of its own",
    "botocore.signers": "signs requests of its own",
    "botocore.crt.auth": "signs requests of its own",
    "requests_aws4auth": "signs requests of its own",
    "aws_requests_auth": "signs requests of its own",
    "requests_auth_aws_sigv4": "signs requests of its own",
    "httpx_auth_awssigv4": "signs requests of its own",
    "httpx_aws_auth": "signs requests of its own",
}

# Those of them that importing alone tells of.
UNSEEN_MODULES: Final = {
    path: reason
    for path, reason in UNSEEN.items()
    if path.partition(".")[0] not in {"builtins", "os", "pickle", "subprocess"}
}

# Decorators after which a function still runs only when it is called.
PASSIVE_DECORATORS: Final = frozenset(
    {
        "abstractmethod",
        "asynccontextmanager",
        "beartype",
        "cache",
        "cached",
        "cached_property",
        "cachedmethod",
        "capture_method",
        "classmethod",
        "contextmanager",
        "dataclass",
        "deprecated",
        "final",
        "idempotent_function",
        "lru_cache",
        "no_type_check",
        "overload",
        "override",
        "property",
        "retry",
        "on_exception",
        "runtime_checkable",
        "single_metric",
        "singledispatch",
        "staticmethod",
        "total_ordering",
        "ttl_cache",
        "typechecked",
        "unique",
        "wraps",
        "define",
        "frozen",
    }
)
PROPERTIES: Final = frozenset({"property", "cached_property", "functools.cached_property"})

# What the extension of AWS answers on the host itself, by what a source names to ask it.
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
# https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html
_EXTENSION: Final = ((_SSM, "get_parameter"), (_SECRETS, "get_secret_value"))
EXTENSIONS: Final = {
    ":2773": _EXTENSION,
    "PARAMETERS_SECRETS_EXTENSION": _EXTENSION,
    "X-Aws-Parameters-Secrets-Token": _EXTENSION,
    ":2772": _CONFIG,
}
