"""GraphQL APIs in front of functions and tables."""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FUNCTION_ROLE,
    REGION,
    WEB_ACL,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_GRAPHQL_RESOLVER: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Api": resource(
                "AWS::AppSync::GraphQLApi", AuthenticationType="API_KEY", Name="orders"
            ),
            "ApiSchema": resource(
                "AWS::AppSync::GraphQLSchema",
                ApiId=attribute("Api", "ApiId"),
                Definition="""\
type Order { id: ID! item: String }
type Query { order(id: ID!): Order }
type Mutation { place(id: ID!, item: String): Order }
schema { query: Query mutation: Mutation }
""",
            ),
            "ApiDefaultApiKey": resource(
                "AWS::AppSync::ApiKey",
                after=["ApiSchema"],
                ApiId=attribute("Api", "ApiId"),
                Expires=1798761600,
            ),
            "ApiOrdersServiceRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "appsync.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ApiOrdersServiceRoleDefaultPolicy": policy(
                "ApiOrdersServiceRoleDefaultPolicy",
                "ApiOrdersServiceRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Orders"), join("${Orders.Arn}:*")],
                },
            ),
            "ApiOrders": resource(
                "AWS::AppSync::DataSource",
                ApiId=attribute("Api", "ApiId"),
                LambdaConfig={"LambdaFunctionArn": arn("Orders")},
                Name="Orders",
                ServiceRoleArn=arn("ApiOrdersServiceRole"),
                Type="AWS_LAMBDA",
            ),
            "ApiPlace": resource(
                "AWS::AppSync::Resolver",
                after=["ApiOrders", "ApiSchema"],
                ApiId=attribute("Api", "ApiId"),
                DataSourceName="Orders",
                FieldName="place",
                Kind="UNIT",
                TypeName="Mutation",
            ),
        }
    }
}
GRAPHQL_RESOLVER = Planted(
    name="graphql_resolver",
    what=(
        "A GraphQL API with a key in every browser hands requests to a function, without a web ACL."
    ),
    templates=_GRAPHQL_RESOLVER,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _GRAPHQL_RESOLVER,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation", ResourceArn=arn("Api"), WebACLArn=arn("WebAcl")
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_GRAPHQL_TO_TABLE_STREAM: Templates = {
    "Shop": {
        "Resources": {
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ShipServiceRole": FUNCTION_ROLE,
            "ShipServiceRoleDefaultPolicy": policy(
                "ShipServiceRoleDefaultPolicy",
                "ShipServiceRole",
                {"Action": "dynamodb:ListStreams", "Effect": "Allow", "Resource": "*"},
                {
                    "Action": [
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                    ],
                    "Effect": "Allow",
                    "Resource": attribute("Orders", "StreamArn"),
                },
            ),
            "Ship": function("ShipServiceRole", after=["ShipServiceRoleDefaultPolicy"]),
            "ShipDynamoDBEventSourceShopOrdersA8B1F509": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=attribute("Orders", "StreamArn"),
                FunctionName=ref("Ship"),
                StartingPosition="LATEST",
            ),
            "Users": {
                "Type": "AWS::Cognito::UserPool",
                "Properties": {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [
                            {"Name": "verified_phone_number", "Priority": 1},
                            {"Name": "verified_email", "Priority": 2},
                        ]
                    },
                    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
                    "EmailVerificationSubject": "Verify your new account",
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Api": resource(
                "AWS::AppSync::GraphQLApi",
                AuthenticationType="AMAZON_COGNITO_USER_POOLS",
                Name="orders",
                UserPoolConfig={
                    "AwsRegion": REGION,
                    "DefaultAction": "ALLOW",
                    "UserPoolId": ref("Users"),
                },
            ),
            "ApiSchema": resource(
                "AWS::AppSync::GraphQLSchema",
                ApiId=attribute("Api", "ApiId"),
                Definition="""\
type Order { id: ID! item: String }
type Query { order(id: ID!): Order }
type Mutation { place(id: ID!, item: String): Order }
schema { query: Query mutation: Mutation }
""",
            ),
            "ApiTableServiceRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "appsync.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ApiTableServiceRoleDefaultPolicy": policy(
                "ApiTableServiceRoleDefaultPolicy",
                "ApiTableServiceRole",
                {
                    "Action": [
                        "dynamodb:BatchGetItem",
                        "dynamodb:BatchWriteItem",
                        "dynamodb:ConditionCheckItem",
                        "dynamodb:DeleteItem",
                        "dynamodb:DescribeTable",
                        "dynamodb:GetItem",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:PutItem",
                        "dynamodb:Query",
                        "dynamodb:Scan",
                        "dynamodb:UpdateItem",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Orders"),
                },
            ),
            "ApiTable": resource(
                "AWS::AppSync::DataSource",
                ApiId=attribute("Api", "ApiId"),
                DynamoDBConfig={"AwsRegion": REGION, "TableName": ref("Orders")},
                Name="Table",
                ServiceRoleArn=arn("ApiTableServiceRole"),
                Type="AMAZON_DYNAMODB",
            ),
            "ApiPlace": resource(
                "AWS::AppSync::Resolver",
                after=["ApiSchema", "ApiTable"],
                ApiId=attribute("Api", "ApiId"),
                DataSourceName="Table",
                FieldName="place",
                Kind="UNIT",
                RequestMappingTemplate="""\
      #set($input = $ctx.args)
      {
        "version": "2017-02-28",
        "operation": "PutItem",
        "key" : {
      "id" : $util.dynamodb.toDynamoDBJson($ctx.args.id)
    },
        "attributeValues": $util.dynamodb.toMapValuesJson($input)
      }""",
                ResponseMappingTemplate="$util.toJson($ctx.result)",
                TypeName="Mutation",
            ),
        }
    }
}
GRAPHQL_TO_TABLE_STREAM = Planted(
    name="graphql_to_table_stream",
    what=(
        "A GraphQL API writes into a table by itself, and the stream of the table runs a function."
    ),
    templates=_GRAPHQL_TO_TABLE_STREAM,
    expected=Expected(verdicts={"Ship": "exposed"}),
    safe_templates=changed(
        _GRAPHQL_TO_TABLE_STREAM,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation", ResourceArn=arn("Api"), WebACLArn=arn("WebAcl")
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Ship": "provenance"}),
)

PLANTED = (
    GRAPHQL_RESOLVER,
    GRAPHQL_TO_TABLE_STREAM,
)
