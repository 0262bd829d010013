"""
The order service once more, written with plain constructs and everyday habits.

Nothing here is exotic:
each line is what a tutorial, a deadline or "we lock it down later" leaves behind.
Synthesis fails and says so, fault by fault:

``npx --yes aws-cdk@2.1148.1 synth --app ".venv/bin/python -m sample_app.insecure"``
"""

from aws_cdk import App, CfnOutput, CfnParameter, Duration, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_signer as signer
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as stepfunctions
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from sample_app.deployment import POWERTOOLS_LAYER, handlers
from secure_constructs import guard

PRICE_IMPORT = """
import csv, io, os, boto3

def handler(event, context):
    s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        rows = csv.DictReader(io.TextIOWrapper(s3.get_object(Bucket=bucket, Key=key)["Body"]))
        for row in rows:
            table.put_item(Item=row)
        s3.put_object(Bucket=bucket, Key=f"done/{key}", Body=b"ok")
"""

REFUND = """
import json, os, traceback, urllib.request

def handler(event, context):
    try:
        refund = json.loads(event["body"])
        request = urllib.request.Request(
            f"https://{os.environ['PAYMENT_API_HOST']}/refunds",
            data=json.dumps(refund).encode(),
            headers={"Authorization": "Bearer " + os.environ["PAYMENT_API_KEY"]},
        )
        return {"statusCode": 200, "body": urllib.request.urlopen(request).read().decode()}
    except Exception:
        return {"statusCode": 500, "body": traceback.format_exc()}
"""

NIGHTLY_CLEANUP = """
import boto3

def handler(event, context):
    cloudformation = boto3.client("cloudformation")
    for stack in cloudformation.describe_stacks()["Stacks"]:
        if stack["StackName"].startswith("orders-preview-"):
            cloudformation.delete_stack(StackName=stack["StackName"])
"""

NOTIFY_WAREHOUSE = """
import json, urllib.request

def handler(event, context):
    print(json.dumps(event))
    order = json.loads(event["Records"][0]["Sns"]["Message"]) if "Records" in event else event
    urllib.request.urlopen("http://warehouse.internal/pick", data=json.dumps(order).encode())
    return order
"""


class InsecureOrderService(Stack):
    """The order service as it is often written."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._customers()
        self._storage()
        self._secrets()
        self._functions()
        self._api()
        self._refunds()
        self._price_import()
        self._events()
        self._fulfilment()
        self._operations()

    def _customers(self) -> None:
        self.customers = cognito.UserPool(
            self,
            "Customers",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            mfa=cognito.Mfa.OFF,
            password_policy=cognito.PasswordPolicy(
                min_length=6, require_digits=False, require_symbols=False, require_uppercase=False
            ),
            custom_attributes={
                "role": cognito.StringAttribute(mutable=True),
                "discount": cognito.NumberAttribute(mutable=True),
            },
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.customers.add_client(
            "Shop",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(user_password=True, admin_user_password=True),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(implicit_code_grant=True),
                callback_urls=["http://localhost:3000", "https://shop.example.com"],
            ),
        )

    def _storage(self) -> None:
        self.key = kms.Key(
            self,
            "Key",
            removal_policy=RemovalPolicy.DESTROY,
            policy=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        principals=[iam.AnyPrincipal()], actions=["kms:*"], resources=["*"]
                    )
                ]
            ),
        )
        self.orders = dynamodb.Table(
            self,
            "Orders",
            partition_key=dynamodb.Attribute(
                name="customer_id", type=dynamodb.AttributeType.STRING
            ),
            sort_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # The mail with the receipt links straight to the object.
        self.receipts = s3.Bucket(
            self,
            "Receipts",
            public_read_access=True,
            block_public_access=s3.BlockPublicAccess(
                block_public_acls=False,
                ignore_public_acls=False,
                block_public_policy=False,
                restrict_public_buckets=False,
            ),
            cors=[
                s3.CorsRule(
                    allowed_origins=["*"],
                    allowed_headers=["*"],
                    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.PUT],
                )
            ],
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.payments = sqs.Queue(self, "Payments", encryption=sqs.QueueEncryption.UNENCRYPTED)
        # The web shop of our partner puts its payments on the queue as well.
        self.payments.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["sqs:SendMessage"],
                resources=[self.payments.queue_arn],
            )
        )

    def _secrets(self) -> None:
        self.payment_api_key = secretsmanager.Secret(
            self,
            "PaymentApiKey",
            encryption_key=self.key,
            secret_string_value=SecretValue.unsafe_plain_text("tp-live-5fJ2mXw8QeR4vLz1"),
        )
        ssm.StringParameter(
            self,
            "WebhookSecret",
            parameter_name="/orders/payment-webhook-secret",
            string_value="whk-93b1f0d27ac84e65",
        )
        self.warehouse_password = CfnParameter(
            self, "WarehousePassword", type="String", default="leafandkettle1"
        )
        CfnOutput(
            self, "PaymentApiKeyValue", value=self.payment_api_key.secret_value.unsafe_unwrap()
        )

    def _functions(self) -> None:
        code = handlers()
        layers: list[lambda_.ILayerVersion] = [
            lambda_.LayerVersion.from_layer_version_arn(self, "Powertools", POWERTOOLS_LAYER),
            lambda_.LayerVersion.from_layer_version_arn(
                self,
                "Requests",
                f"arn:aws:lambda:{self.region}:770693421928:layer:Klayers-p312-requests:17",
            ),
        ]
        environment = {
            "ORDERS_TABLE": self.orders.table_name,
            "RECEIPTS_BUCKET": self.receipts.bucket_name,
            "PAYMENTS_QUEUE_URL": self.payments.queue_url,
            "PAYMENT_API_HOST": "api.payments.example.com",
            "PAYMENT_API_KEY": self.payment_api_key.secret_value.unsafe_unwrap(),
            "WAREHOUSE_USER": "orders",
            "WAREHOUSE_PASSWORD": self.warehouse_password.value_as_string,
            "JWT_SECRET": "c2lsdmVyLW5lZWRsZS13aGl0ZS10ZWE",
            "LOG_LEVEL": "DEBUG",
            "POWERTOOLS_LOGGER_LOG_EVENT": "true",
        }
        signing = lambda_.CodeSigningConfig(
            self,
            "CodeSigning",
            signing_profiles=[
                signer.SigningProfile(
                    self, "Profile", platform=signer.Platform.AWS_LAMBDA_SHA384_ECDSA
                )
            ],
        )
        self.place_order = lambda_.Function(
            self,
            "PlaceOrder",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=code,
            handler="handlers.place_order.app.handler",
            layers=layers,
            environment=environment,
            timeout=Duration.minutes(15),
            code_signing_config=signing,
        )
        self.read_orders = lambda_.Function(
            self,
            "ReadOrders",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=code,
            handler="handlers.read_orders.app.handler",
            layers=layers,
            environment=environment,
            log_group=logs.LogGroup(self, "ReadOrdersLog", retention=logs.RetentionDays.INFINITE),
        )
        self.settle_payment = lambda_.Function(
            self,
            "SettlePayment",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=code,
            handler="handlers.settle_payment.app.handler",
            layers=layers,
            environment=environment,
            timeout=Duration.seconds(30),
        )
        self.settle_payment.add_event_source(sources.SqsEventSource(self.payments, batch_size=10))
        for function in (self.place_order, self.read_orders, self.settle_payment):
            function.add_to_role_policy(
                iam.PolicyStatement(actions=["dynamodb:*", "s3:*", "sqs:*"], resources=["*"])
            )

    def _api(self) -> None:
        api = apigateway.RestApi(
            self,
            "Api",
            cloud_watch_role=True,
            default_cors_preflight_options=apigateway.CorsOptions(
                allow_origins=apigateway.Cors.ALL_ORIGINS,
                allow_methods=apigateway.Cors.ALL_METHODS,
                allow_headers=["*"],
            ),
            deploy_options=apigateway.StageOptions(
                logging_level=apigateway.MethodLoggingLevel.INFO, data_trace_enabled=True
            ),
        )
        api.add_gateway_response(
            "BadBody",
            type=apigateway.ResponseType.BAD_REQUEST_BODY,
            response_headers={"Access-Control-Allow-Origin": "'*'"},
            templates={
                "application/json": '{"message": "$context.error.validationErrorString",'
                ' "cause": "$context.error.message", "detail": "$context.integrationErrorMessage"}'
            },
        )
        orders = api.root.add_resource("orders")
        orders.add_method("POST", apigateway.LambdaIntegration(self.place_order))
        orders.add_method("GET", apigateway.LambdaIntegration(self.read_orders))
        order = orders.add_resource("{order_id}")
        order.add_method("GET", apigateway.LambdaIntegration(self.read_orders))

    def _refunds(self) -> None:
        # The back office calls the URL from its spreadsheet.
        refund = lambda_.Function(
            self,
            "Refund",
            runtime=lambda_.Runtime.PYTHON_3_9,
            code=lambda_.Code.from_inline(REFUND),
            handler="index.handler",
            timeout=Duration.minutes(5),
            environment={
                "PAYMENT_API_HOST": "api.payments.example.com",
                "PAYMENT_API_KEY": "tp-live-5fJ2mXw8QeR4vLz1",
            },
        )
        url = refund.add_function_url(
            auth_type=lambda_.FunctionUrlAuthType.NONE,
            cors=lambda_.FunctionUrlCorsOptions(
                allowed_origins=["*"], allowed_methods=[lambda_.HttpMethod.ALL]
            ),
        )
        CfnOutput(self, "RefundUrl", value=url.url)

    def _price_import(self) -> None:
        imports = s3.Bucket(self, "PriceLists", removal_policy=RemovalPolicy.DESTROY)
        import_prices = lambda_.Function(
            self,
            "ImportPrices",
            runtime=lambda_.Runtime.PYTHON_3_8,
            code=lambda_.Code.from_inline(PRICE_IMPORT),
            handler="index.handler",
            timeout=Duration.minutes(15),
            memory_size=3008,
            environment={"ORDERS_TABLE": self.orders.table_name},
        )
        imports.grant_read_write(import_prices)
        self.orders.grant_full_access(import_prices)
        imports.add_event_notification(
            s3.EventType.OBJECT_CREATED, notifications.LambdaDestination(import_prices)
        )

    def _events(self) -> None:
        self.notify_warehouse = lambda_.Function(
            self,
            "NotifyWarehouse",
            runtime=lambda_.Runtime.PYTHON_3_9,
            code=lambda_.Code.from_inline(NOTIFY_WAREHOUSE),
            handler="index.handler",
        )
        self.notify_warehouse.add_permission(
            "Partner", principal=iam.ServicePrincipal("sns.amazonaws.com")
        )
        placed = sns.Topic(self, "OrderPlaced")
        placed.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["sns:Publish", "sns:Subscribe"],
                resources=[placed.topic_arn],
            )
        )
        placed.add_subscription(subscriptions.LambdaSubscription(self.notify_warehouse))
        self.bus = events.EventBus(self, "Partners")
        events.CfnEventBusPolicy(
            self,
            "PartnersSend",
            event_bus_name=self.bus.event_bus_name,
            statement_id="partners",
            statement={
                "Effect": "Allow",
                "Principal": "*",
                "Action": "events:PutEvents",
                "Resource": self.bus.event_bus_arn,
            },
        )

    def _fulfilment(self) -> None:
        pick = tasks.LambdaInvoke(self, "Pick", lambda_function=self.notify_warehouse)
        ship = tasks.CallAwsService(
            self,
            "MarkAsShipped",
            service="dynamodb",
            action="updateItem",
            iam_resources=["*"],
            parameters={"TableName": self.orders.table_name},
        )
        fulfilment = stepfunctions.StateMachine(
            self,
            "Fulfilment",
            definition_body=stepfunctions.DefinitionBody.from_chainable(pick.next(ship)),
            logs=stepfunctions.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "FulfilmentLog",
                    retention=logs.RetentionDays.INFINITE,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=stepfunctions.LogLevel.ALL,
                include_execution_data=True,
            ),
        )
        events.Rule(
            self,
            "PaidOrders",
            event_bus=self.bus,
            event_pattern=events.EventPattern(detail_type=["OrderPaid"]),
            targets=[targets.SfnStateMachine(fulfilment)],
        )

    def _operations(self) -> None:
        role = iam.Role(
            self,
            "NightlyCleanupRole",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("AdministratorAccess")
            ],
        )
        cleanup = lambda_.Function(
            self,
            "NightlyCleanup",
            runtime=lambda_.Runtime.PYTHON_3_12,
            code=lambda_.Code.from_inline(NIGHTLY_CLEANUP),
            handler="index.handler",
            timeout=Duration.minutes(15),
            role=role,
        )
        events.Rule(
            self,
            "EveryNight",
            schedule=events.Schedule.cron(hour="2", minute="0"),
            targets=[targets.LambdaFunction(cleanup)],
        )
        github = iam.OpenIdConnectPrincipal(
            iam.OidcProviderNative.from_oidc_provider_arn(
                self,
                "GitHub",
                f"arn:aws:iam::{self.account}:oidc-provider/token.actions.githubusercontent.com",
            ),
            conditions={
                "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
                "StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"},
            },
        )
        deployer = iam.Role(self, "Deployer", assumed_by=github)
        deployer.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole", "lambda:*", "cloudformation:*"], resources=["*"]
            )
        )


if __name__ == "__main__":
    app = App()
    guard(app)
    InsecureOrderService(app, "InsecureOrderService")
    app.synth()
