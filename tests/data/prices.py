"""
Rebuild ``secure_constructs/data/prices.csv`` from the price lists that AWS publishes.

1. Fetch the lists, without credentials, as ``<offer>.<region>.json`` into one folder:
   ``https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<offer>/current/<region>/index.json``
   with each offer of ``USAGE_TYPES`` below and each region in the file.
2. Run ``python -m tests.data.prices FOLDER``.
3. Look up by hand what the lists do not give (the items that are not named below), and write the
   source beside it. What no source confirms says ``not verified``.

A list that is missing leaves the prices as they are.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[2] / "secure_constructs" / "data" / "prices.csv"

# Item -> the price list it is in, and its usage types there, without the short name of the region.
# What has two has one of them in us-east-1, or in Ireland, and the other everywhere else.
USAGE_TYPES = {
    "apigateway-http-request": ("AmazonApiGateway", "ApiGatewayHttpRequest"),
    "apigateway-rest-request": ("AmazonApiGateway", "ApiGatewayRequest"),
    "dynamodb-read-unit": ("AmazonDynamoDB", "ReadRequestUnits"),
    "dynamodb-write-unit": ("AmazonDynamoDB", "WriteRequestUnits"),
    "kinesis-on-demand-gb": ("AmazonKinesis", "OnDemand-BilledIncomingBytes"),
    "kinesis-put-unit": ("AmazonKinesis", "PutRequestPayloadUnits"),
    "lambda-gb-second-arm": ("AWSLambda", "Lambda-GB-Second-ARM"),
    "lambda-gb-second-x86": ("AWSLambda", "Lambda-GB-Second"),
    "lambda-kept-gb-second-arm": ("AWSLambda", "Lambda-Provisioned-Concurrency-ARM"),
    "lambda-kept-gb-second-x86": ("AWSLambda", "Lambda-Provisioned-Concurrency"),
    "lambda-provisioned-gb-second-arm": ("AWSLambda", "Lambda-Provisioned-GB-Second-ARM"),
    "lambda-provisioned-gb-second-x86": ("AWSLambda", "Lambda-Provisioned-GB-Second"),
    "lambda-request": ("AWSLambda", "Request"),
    "logs-gb": ("AmazonCloudWatch", "DataProcessing-Bytes"),
    "logs-infrequent-gb": ("AmazonCloudWatch", "DataProcessingIA-Bytes"),
    "logs-masking-gb": ("AmazonCloudWatch", "DataProtection-Bytes"),
    "logs-to-s3-gb": ("AmazonCloudWatch", "S3-Egress-Bytes"),
    "s3-get": ("AmazonS3", "Requests-Tier2"),
    "s3-put": ("AmazonS3", "Requests-Tier1"),
    "secrets-request": (
        "AWSSecretsManager",
        "AWSSecretsManagerAPIRequest",
        "AWSSecretsManager-APIRequests",
    ),
    "sns-email-delivery": ("AmazonSNS", "DeliveryAttempts-SMTP"),
    "sns-http-delivery": ("AmazonSNS", "DeliveryAttempts-HTTP"),
    "sns-request": ("AmazonSNS", "Requests-Tier1"),
    "sqs-fifo-request": ("AWSQueueService", "Requests-FIFO-Tier1", "Requests-FIFO-RBP"),
    "sqs-request": ("AWSQueueService", "Requests-Tier1", "Requests-RBP"),
    "states-express-gb-second": ("AmazonStates", "StepFunctions-GB-Second"),
    "states-express-request": ("AmazonStates", "StepFunctions-Request"),
    "states-transition": ("AmazonStates", "StateTransition"),
    "transfer-gb": ("AWSDataTransfer", "DataTransfer-Out-Bytes"),
    "waf-bot-common-request": ("awswaf", "AMR-BotControl-Request"),
    "waf-bot-targeted-request": ("awswaf", "AMR-BotControl-Targeted-Request"),
    "waf-fraud-request": ("awswaf", "AMR-FraudControl-Request"),
    "waf-request": ("awswaf", "Request"),
}

Row = dict[str, str]


def present() -> list[Row]:
    """
    The rows of the file as it is.
    """
    with TARGET.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rebuilt(folder: Path) -> list[Row]:
    """
    The rows of the file as it would be with the price lists in a folder.
    """
    return [_updated(row, folder) for row in present()]


def _updated(row: Row, folder: Path) -> Row:
    offer, *usages = USAGE_TYPES.get(row["item"], ("",))
    file = folder / f"{offer}.{row['region']}.json"
    if not usages or not file.is_file():
        return row
    content = json.loads(file.read_text(encoding="utf-8"))
    for usage in usages:
        for usd in _prices(content, usage):
            published = content["publicationDate"][:10]
            return {
                **row,
                "usd": usd,
                "checked": published,
                "source": f"AWS price list {offer} of {published}, {usage}",
            }
    return row


def _prices(offer: dict[str, Any], usage: str) -> Iterator[str]:
    """
    Give what the first tier costs that costs anything.
    """
    for sku, product in offer["products"].items():
        found = product["attributes"].get("usagetype", "")
        if found != usage and found.partition("-")[2] != usage:
            continue
        for term in offer["terms"]["OnDemand"].get(sku, {}).values():
            tiers = sorted(
                term["priceDimensions"].values(), key=lambda tier: float(tier["beginRange"])
            )
            for tier in tiers:
                usd = tier["pricePerUnit"]["USD"]
                if float(usd):
                    yield usd


if __name__ == "__main__":
    rows = rebuilt(Path(sys.argv[1]))
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
