"""
Sensitive data, and who reaches it without having proved who he is.

Sensitive are secrets, and stores with the tag ``data-classification``. A web ACL does not ask who
calls, and an API key proves nothing. A function hands on what it reads, and what the functions
that it invokes read.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FRONT_WITH_OPEN_URL,
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

_OPEN_ROUTE_TO_SECRET: Templates = {
    "Shop": {
        "Resources": {
            "LoginServiceRole": FUNCTION_ROLE,
            "LoginServiceRoleDefaultPolicy": policy(
                "LoginServiceRoleDefaultPolicy",
                "LoginServiceRole",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Login": function("LoginServiceRole", after=["LoginServiceRoleDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apilogin", "ApiloginPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apilogin": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="login",
                RestApiId=ref("Api"),
            ),
            "ApiloginPOSTApiPermissionShopApi4E8988D1POSTlogin": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Login"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/login"
                ),
            ),
            "ApiloginPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Login.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apilogin"),
                RestApiId=ref("Api"),
            ),
            "WebAcl": WEB_ACL,
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                    "${Api}/stages/${ApiDeploymentStageprod}"
                ),
                WebACLArn=arn("WebAcl"),
            ),
        }
    }
}
OPEN_ROUTE_TO_SECRET = Planted(
    name="open_route_to_secret",
    what=(
        "A public route runs a function that reads a secret; in the "
        "twin callers prove who they are."
    ),
    templates=_OPEN_ROUTE_TO_SECRET,
    expected=Expected(
        verdicts={"Login": "behind-waf"}, open_paths=frozenset({("internet", "Password")})
    ),
    safe_templates=changed(
        _OPEN_ROUTE_TO_SECRET,
        {
            "Shop": {
                "ApiDeployment": resource(
                    "AWS::ApiGateway::Deployment",
                    after=["Apilogin", "ApiloginPOST", "Users"],
                    RestApiId=ref("Api"),
                ),
                "ApiloginPOST": resource(
                    "AWS::ApiGateway::Method",
                    AuthorizationType="COGNITO_USER_POOLS",
                    AuthorizerId=ref("Users"),
                    HttpMethod="POST",
                    Integration={
                        "IntegrationHttpMethod": "POST",
                        "Type": "AWS_PROXY",
                        "Uri": join(
                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                            "2015-03-31/functions/${Login.Arn}/invocations"
                        ),
                    },
                    ResourceId=ref("Apilogin"),
                    RestApiId=ref("Api"),
                ),
                "Pool": {
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
                "Users": resource(
                    "AWS::ApiGateway::Authorizer",
                    IdentitySource="method.request.header.Authorization",
                    Name="ShopUsersAC548F85",
                    ProviderARNs=[arn("Pool")],
                    RestApiId=ref("Api"),
                    Type="COGNITO_USER_POOLS",
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Login": "behind-waf"}),
)

_OPEN_URL_BY_SECOND_FUNCTION: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Reader"), join("${Reader.Arn}:*")],
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "ReaderServiceRole": FUNCTION_ROLE,
            "ReaderServiceRoleDefaultPolicy": policy(
                "ReaderServiceRoleDefaultPolicy",
                "ReaderServiceRole",
                {
                    "Action": [
                        "dynamodb:BatchGetItem",
                        "dynamodb:ConditionCheckItem",
                        "dynamodb:DescribeTable",
                        "dynamodb:GetItem",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:Query",
                        "dynamodb:Scan",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Customers"),
                },
            ),
            "Reader": function("ReaderServiceRole", after=["ReaderServiceRoleDefaultPolicy"]),
            "Customers": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
        }
    }
}
OPEN_URL_BY_SECOND_FUNCTION = Planted(
    name="open_url_by_second_function",
    what=(
        "A function URL without auth leads by a second function to a table of confidential data."
    ),
    templates=_OPEN_URL_BY_SECOND_FUNCTION,
    expected=Expected(
        verdicts={"Front": "exposed", "Reader": "exposed"},
        open_paths=frozenset({("internet", "Customers")}),
    ),
    safe_templates=changed(
        _OPEN_URL_BY_SECOND_FUNCTION,
        {
            "Shop": {
                "Frontinvokefunctionurl": None,
                "Frontinvokefunction": None,
                "FrontFunctionUrl": resource(
                    "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Front")
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_API_KEY_IS_NO_AUTHENTICATION: Templates = {
    "Shop": {
        "Resources": {
            "ReaderServiceRole": FUNCTION_ROLE,
            "ReaderServiceRoleDefaultPolicy": policy(
                "ReaderServiceRoleDefaultPolicy",
                "ReaderServiceRole",
                {
                    "Action": [
                        "dynamodb:BatchGetItem",
                        "dynamodb:ConditionCheckItem",
                        "dynamodb:DescribeTable",
                        "dynamodb:GetItem",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:Query",
                        "dynamodb:Scan",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Customers"),
                },
            ),
            "Reader": function("ReaderServiceRole", after=["ReaderServiceRoleDefaultPolicy"]),
            "Customers": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apicustomers", "ApicustomersGET"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apicustomers": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="customers",
                RestApiId=ref("Api"),
            ),
            ("ApicustomersGETApiPermissionShopApi4E8988D1GETcustomers"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Reader"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/GET/customers"
                ),
            ),
            "ApicustomersGET": resource(
                "AWS::ApiGateway::Method",
                ApiKeyRequired=True,
                AuthorizationType="NONE",
                HttpMethod="GET",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Reader.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apicustomers"),
                RestApiId=ref("Api"),
            ),
            "ApiKey": resource(
                "AWS::ApiGateway::ApiKey",
                Enabled=True,
                StageKeys=[{"RestApiId": ref("Api"), "StageName": ref("ApiDeploymentStageprod")}],
            ),
            "ApiPlan": resource(
                "AWS::ApiGateway::UsagePlan",
                ApiStages=[
                    {"ApiId": ref("Api"), "Stage": ref("ApiDeploymentStageprod"), "Throttle": {}}
                ],
            ),
            "ApiPlanUsagePlanKeyResourceShopApiKey0C0DE5D3": resource(
                "AWS::ApiGateway::UsagePlanKey",
                KeyId=ref("ApiKey"),
                KeyType="API_KEY",
                UsagePlanId=ref("ApiPlan"),
            ),
        }
    }
}
API_KEY_IS_NO_AUTHENTICATION = Planted(
    name="api_key_is_no_authentication",
    what=("An API key is no proof of who calls: the way to confidential data is open."),
    templates=_API_KEY_IS_NO_AUTHENTICATION,
    expected=Expected(open_paths=frozenset({("internet", "Customers")})),
    safe_templates=changed(
        _API_KEY_IS_NO_AUTHENTICATION,
        {
            "Shop": {
                "ApiKey": None,
                "ApiPlan": None,
                "ApiPlanUsagePlanKeyResourceShopApiKey0C0DE5D3": None,
                "ApicustomersGET": resource(
                    "AWS::ApiGateway::Method",
                    AuthorizationType="AWS_IAM",
                    HttpMethod="GET",
                    Integration={
                        "IntegrationHttpMethod": "POST",
                        "Type": "AWS_PROXY",
                        "Uri": join(
                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                            "2015-03-31/functions/${Reader.Arn}/invocations"
                        ),
                    },
                    ResourceId=ref("Apicustomers"),
                    RestApiId=ref("Api"),
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_OPEN_ROUTE_TO_TABLE: Templates = {
    "Shop": {
        "Resources": {
            "Customers": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ApiRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ApiRoleDefaultPolicy": policy(
                "ApiRoleDefaultPolicy",
                "ApiRole",
                {"Action": "dynamodb:GetItem", "Effect": "Allow", "Resource": arn("Customers")},
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apicustomers", "Apicustomersid", "ApicustomersidGET"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apicustomers": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="customers",
                RestApiId=ref("Api"),
            ),
            "Apicustomersid": resource(
                "AWS::ApiGateway::Resource",
                ParentId=ref("Apicustomers"),
                PathPart="{id}",
                RestApiId=ref("Api"),
            ),
            "ApicustomersidGET": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="GET",
                Integration={
                    "Credentials": arn("ApiRole"),
                    "IntegrationHttpMethod": "POST",
                    "RequestTemplates": {
                        "application/json": join(
                            '{"TableName": "${Customers}", "Key": {"id": {"S": '
                            "\"$util.escapeJavaScript($input.params('id'))\"}}}"
                        )
                    },
                    "Type": "AWS",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:dynamodb:action/GetItem"
                    ),
                },
                ResourceId=ref("Apicustomersid"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
OPEN_ROUTE_TO_TABLE = Planted(
    name="open_route_to_table",
    what=("An API reads a table of confidential data by itself, for anyone."),
    templates=_OPEN_ROUTE_TO_TABLE,
    expected=Expected(open_paths=frozenset({("internet", "Customers")})),
    safe_templates=changed(
        _OPEN_ROUTE_TO_TABLE,
        {
            "Shop": {
                "ApiDeployment": resource(
                    "AWS::ApiGateway::Deployment",
                    after=["Apicustomers", "Apicustomersid", "ApicustomersidGET", "Users"],
                    RestApiId=ref("Api"),
                ),
                "ApicustomersidGET": resource(
                    "AWS::ApiGateway::Method",
                    AuthorizationType="COGNITO_USER_POOLS",
                    AuthorizerId=ref("Users"),
                    HttpMethod="GET",
                    Integration={
                        "Credentials": arn("ApiRole"),
                        "IntegrationHttpMethod": "POST",
                        "RequestTemplates": {
                            "application/json": join(
                                '{"TableName": "${Customers}", "Key": {"id": {"S": '
                                "\"$util.escapeJavaScript($input.params('id'))\"}}}"
                            )
                        },
                        "Type": "AWS",
                        "Uri": join(
                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:dynamodb:"
                            "action/GetItem"
                        ),
                    },
                    ResourceId=ref("Apicustomersid"),
                    RestApiId=ref("Api"),
                ),
                "Pool": {
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
                "Users": resource(
                    "AWS::ApiGateway::Authorizer",
                    IdentitySource="method.request.header.Authorization",
                    Name="ShopUsersAC548F85",
                    ProviderARNs=[arn("Pool")],
                    RestApiId=ref("Api"),
                    Type="COGNITO_USER_POOLS",
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_OPEN_GRAPHQL_TO_TABLE: Templates = {
    "Shop": {
        "Resources": {
            "Customers": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Api": resource(
                "AWS::AppSync::GraphQLApi", AuthenticationType="API_KEY", Name="customers"
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
                    "Resource": arn("Customers"),
                },
            ),
            "ApiTable": resource(
                "AWS::AppSync::DataSource",
                ApiId=attribute("Api", "ApiId"),
                DynamoDBConfig={"AwsRegion": REGION, "TableName": ref("Customers")},
                Name="Table",
                ServiceRoleArn=arn("ApiTableServiceRole"),
                Type="AMAZON_DYNAMODB",
            ),
            "ApiGet": resource(
                "AWS::AppSync::Resolver",
                after=["ApiSchema", "ApiTable"],
                ApiId=attribute("Api", "ApiId"),
                DataSourceName="Table",
                FieldName="order",
                Kind="UNIT",
                RequestMappingTemplate=(
                    '{"version": "2017-02-28", "operation": "GetItem", '
                    '"consistentRead": false, "key": {"id": '
                    "$util.dynamodb.toDynamoDBJson($ctx.args.id)}}"
                ),
                ResponseMappingTemplate="$util.toJson($ctx.result)",
                TypeName="Query",
            ),
        }
    }
}
OPEN_GRAPHQL_TO_TABLE = Planted(
    name="open_graphql_to_table",
    what=("A GraphQL API with a key in every browser reads a table of confidential data."),
    templates=_OPEN_GRAPHQL_TO_TABLE,
    expected=Expected(open_paths=frozenset({("internet", "Customers")})),
    safe_templates=changed(
        _OPEN_GRAPHQL_TO_TABLE,
        {
            "Shop": {
                "ApiDefaultApiKey": None,
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
                    Name="customers",
                    UserPoolConfig={
                        "AwsRegion": REGION,
                        "DefaultAction": "ALLOW",
                        "UserPoolId": ref("Users"),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_GUEST_ROLE_READS_TABLE: Templates = {
    "Shop": {
        "Resources": {
            "Customers": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Identities": resource(
                "AWS::Cognito::IdentityPool",
                AllowUnauthenticatedIdentities=True,
                CognitoIdentityProviders=[],
            ),
            "IdentitiesAuthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "authenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join("Default Authenticated Role for Identity Pool ${Identities.Name}"),
            ),
            "IdentitiesUnauthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "unauthenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join(
                    "Default Unauthenticated Role for Identity Pool ${Identities.Name}"
                ),
            ),
            "IdentitiesUnauthenticatedRoleDefaultPolicy": policy(
                "IdentitiesUnauthenticatedRoleDefaultPolicy",
                "IdentitiesUnauthenticatedRole",
                {
                    "Action": [
                        "dynamodb:BatchGetItem",
                        "dynamodb:ConditionCheckItem",
                        "dynamodb:DescribeTable",
                        "dynamodb:GetItem",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:Query",
                        "dynamodb:Scan",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Customers"),
                },
            ),
            "IdentitiesDefaultRoleAttachment": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId=ref("Identities"),
                Roles={
                    "authenticated": arn("IdentitiesAuthenticatedRole"),
                    "unauthenticated": arn("IdentitiesUnauthenticatedRole"),
                },
            ),
        }
    }
}
GUEST_ROLE_READS_TABLE = Planted(
    name="guest_role_reads_table",
    what=("Guests of an identity pool read a table of confidential data with a role of their own."),
    templates=_GUEST_ROLE_READS_TABLE,
    expected=Expected(open_paths=frozenset({("internet", "Customers")})),
    safe_templates=changed(
        _GUEST_ROLE_READS_TABLE,
        {
            "Shop": {
                "IdentitiesUnauthenticatedRoleDefaultPolicy": None,
                "Identities": resource(
                    "AWS::Cognito::IdentityPool",
                    AllowUnauthenticatedIdentities=False,
                    CognitoIdentityProviders=[],
                ),
                "IdentitiesAuthenticatedRoleDefaultPolicy": policy(
                    "IdentitiesAuthenticatedRoleDefaultPolicy",
                    "IdentitiesAuthenticatedRole",
                    {
                        "Action": [
                            "dynamodb:BatchGetItem",
                            "dynamodb:ConditionCheckItem",
                            "dynamodb:DescribeTable",
                            "dynamodb:GetItem",
                            "dynamodb:GetRecords",
                            "dynamodb:GetShardIterator",
                            "dynamodb:Query",
                            "dynamodb:Scan",
                        ],
                        "Effect": "Allow",
                        "Resource": arn("Customers"),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_OPEN_QUEUE_TO_SECRET: Templates = {
    "Shop": {
        "Resources": {
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "JobsPolicy": resource(
                "AWS::SQS::QueuePolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sqs:SendMessage",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": arn("Jobs"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Jobs")],
            ),
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Worker"),
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
OPEN_QUEUE_TO_SECRET = Planted(
    name="open_queue_to_secret",
    what=("Anyone may send to a queue, and the function that reads it reads a secret."),
    templates=_OPEN_QUEUE_TO_SECRET,
    expected=Expected(
        verdicts={"Worker": "exposed"}, open_paths=frozenset({("internet", "Password")})
    ),
    safe_templates=changed(
        _OPEN_QUEUE_TO_SECRET,
        {
            "Shop": {
                "JobsPolicy": resource(
                    "AWS::SQS::QueuePolicy",
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": "sqs:SendMessage",
                                "Condition": {
                                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
                                },
                                "Effect": "Allow",
                                "Principal": {"AWS": "*"},
                                "Resource": arn("Jobs"),
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                    Queues=[ref("Jobs")],
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "compensated"}),
)

_OPEN_BUCKET: Templates = {
    "Shop": {
        "Resources": {
            "Reports": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "PublicAccessBlockConfiguration": {
                        "BlockPublicAcls": True,
                        "BlockPublicPolicy": False,
                        "IgnorePublicAcls": True,
                        "RestrictPublicBuckets": False,
                    },
                    "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ReportsPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Reports"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:GetObject",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": join("${Reports.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
        }
    }
}
OPEN_BUCKET = Planted(
    name="open_bucket",
    what="Anyone may read a bucket of confidential data.",
    templates=_OPEN_BUCKET,
    expected=Expected(open_paths=frozenset({("internet", "Reports")})),
    safe_templates=changed(
        _OPEN_BUCKET,
        {
            "Shop": {
                "ReportsPolicy": None,
                "Reports": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {
                        "PublicAccessBlockConfiguration": {
                            "BlockPublicAcls": True,
                            "BlockPublicPolicy": True,
                            "IgnorePublicAcls": True,
                            "RestrictPublicBuckets": True,
                        },
                        "Tags": [{"Key": "data-classification", "Value": "confidential"}],
                    },
                    "UpdateReplacePolicy": "Retain",
                    "DeletionPolicy": "Retain",
                },
            }
        },
    ),
    safe_expected=Expected(),
)

_OPEN_URL_BY_CODE_UPDATE: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": ["lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
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
OPEN_URL_BY_CODE_UPDATE = Planted(
    name="open_url_by_code_update",
    what=(
        "A public route runs a function that may change the code of another, which reads a secret."
    ),
    templates=_OPEN_URL_BY_CODE_UPDATE,
    expected=Expected(open_paths=frozenset({("internet", "Password")})),
    safe_templates=changed(
        _OPEN_URL_BY_CODE_UPDATE,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "lambda:GetFunctionConfiguration",
                        "Effect": "Allow",
                        "Resource": arn("Vault"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(),
)

PLANTED = (
    OPEN_ROUTE_TO_SECRET,
    OPEN_URL_BY_SECOND_FUNCTION,
    API_KEY_IS_NO_AUTHENTICATION,
    OPEN_ROUTE_TO_TABLE,
    OPEN_GRAPHQL_TO_TABLE,
    GUEST_ROLE_READS_TABLE,
    OPEN_QUEUE_TO_SECRET,
    OPEN_BUCKET,
    OPEN_URL_BY_CODE_UPDATE,
)
