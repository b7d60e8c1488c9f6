"""DynamoDB as boto3 sees it. Every test also runs against AWS (`pytest --aws`)."""
import concurrent.futures
import decimal
import uuid
import zlib

import boto3
import boto3.dynamodb.conditions
import boto3.dynamodb.types
import botocore.exceptions
import pytest

SERIALIZER = boto3.dynamodb.types.TypeSerializer()
DESERIALIZER = boto3.dynamodb.types.TypeDeserializer()


def wire(**attributes):
    return {name: SERIALIZER.serialize(value) for name, value in attributes.items()}


def plain(item):
    return {name: DESERIALIZER.deserialize(value) for name, value in item.items()}


def refused(call, code, **arguments):
    """The error's message."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    return error["Message"]


@pytest.fixture(scope="module")
def db(aws):
    return aws("dynamodb")


@pytest.fixture(scope="module")
def table(db):
    """Key (pk S, sk N); local index on `l`, keys only; global index on `g` with `extra`."""
    name = f"compat-{uuid.uuid4().hex[:10]}"
    db.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                              {"AttributeName": "l", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        LocalSecondaryIndexes=[{"IndexName": "by-l", "Projection": {"ProjectionType": "KEYS_ONLY"},
                                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"},
                                              {"AttributeName": "l", "KeyType": "RANGE"}]}],
        GlobalSecondaryIndexes=[{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["extra"]}}])
    db.get_waiter("table_exists").wait(TableName=name)
    yield name
    db.delete_table(TableName=name)


@pytest.fixture
def pk(unique):
    return unique("p")


def test_a_table_is_described_as_it_was_created(db, table):
    described = db.describe_table(TableName=table)["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["TableArn"].endswith(f":table/{table}")
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert [index["IndexName"] for index in described["LocalSecondaryIndexes"]] == ["by-l"]
    assert described["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] == ["extra"]
    assert table in db.list_tables(ExclusiveStartTableName=table[:-1], Limit=100)["TableNames"]
    by_arn = db.describe_table(TableName=described["TableArn"])["Table"]
    assert by_arn["TableId"] == described["TableId"]


def test_answers_carry_the_checksum_of_their_body(db, table):
    bodies = []
    db.meta.events.register("before-parse.dynamodb.*", lambda response_dict, **_: bodies.append(response_dict))
    db.describe_table(TableName=table)
    with pytest.raises(botocore.exceptions.ClientError):
        db.describe_table(TableName="absent-table")
    assert len(bodies) == 2
    for answer in bodies:
        assert int(answer["headers"]["x-amz-crc32"]) == zlib.crc32(answer["body"])


def test_tables_come_and_go(db, unique):
    name = unique("short-lived")
    keys = dict(KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
    created = db.create_table(TableName=name, **keys)["TableDescription"]
    assert created["TableStatus"] == "CREATING"
    assert created["ProvisionedThroughput"]["ReadCapacityUnits"] == 1
    db.get_waiter("table_exists").wait(TableName=name)
    assert refused(db.create_table, "ResourceInUseException", TableName=name, **keys) == f"Table already exists: {name}"
    assert db.delete_table(TableName=name)["TableDescription"]["TableStatus"] == "DELETING"
    db.get_waiter("table_not_exists").wait(TableName=name)
    assert refused(db.describe_table, "ResourceNotFoundException", TableName=name) == \
        f"Requested resource not found: Table: {name} not found"
    assert refused(db.get_item, "ResourceNotFoundException", TableName=name, Key=wire(id="a")) == "Requested resource not found"


def test_every_type_returns_as_it_was_written(db, table, pk):
    item = wire(pk=pk, sk=1, text="žluťoučký kůň", empty="", number=decimal.Decimal("-1.5E-10"), big=10**37, blob=b"\x00\xff",
                flag=True, nothing=None, list=[1, "two", [b"3"]], map={"deep": {"er": []}}, strings={"a", "b"},
                numbers={1, 2}, blobs={b"x"})
    db.put_item(TableName=table, Item=item)
    got = db.get_item(TableName=table, Key=wire(pk=pk, sk=1), ConsistentRead=True)["Item"]
    assert plain(got) == plain(item)
    assert got["number"] == {"N": "-0.00000000015"}
    assert "Item" not in db.get_item(TableName=table, Key=wire(pk=pk, sk=2))


@pytest.mark.parametrize("number, message", [
    ("abc", "The parameter cannot be converted to a numeric value: abc"),
    ("1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("1e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    ("1" * 39, "Attempting to store more than 38 significant digits in a Number")])
def test_numbers_out_of_range_are_refused(db, table, pk, number, message):
    item = {**wire(pk=pk, sk=1), "n": {"N": number}}
    assert refused(db.put_item, "ValidationException", TableName=table, Item=item) == message


@pytest.mark.parametrize("item, message", [
    ({"pk": {"S": "a"}}, "One or more parameter values were invalid: Missing the key sk in the item"),
    ({"pk": {"N": "1"}, "sk": {"N": "1"}},
     "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"),
    ({"pk": {"S": ""}, "sk": {"N": "1"}},
     "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value."
     " Key: pk"),
    ({"pk": {"S": "a"}, "sk": {"N": "1"}, "s": {"SS": []}},
     "One or more parameter values were invalid: An string set  may not be empty"),
    ({"pk": {"S": "a"}, "sk": {"N": "1"}, "s": {"SS": ["x", "x"]}},
     "One or more parameter values were invalid: Input collection [x, x] contains duplicates."),
    ({"pk": {"S": "a"}, "sk": {"N": "1"}, "s": {"S": "x" * 409_600}}, "Item size has exceeded the maximum allowed size")])
def test_bad_items_are_refused(db, table, item, message):
    assert refused(db.put_item, "ValidationException", TableName=table, Item=item) == message


def test_keys_that_do_not_fit_the_schema(db, table):
    for key in ({"pk": {"S": "a"}}, wire(pk="a", sk="1"), wire(pk="a", sk=1, extra=1)):
        assert refused(db.get_item, "ValidationException", TableName=table, Key=key) == \
            "The provided key element does not match the schema"


def test_conditions_guard_writes(db, table, pk):
    key = wire(pk=pk, sk=1)
    db.put_item(TableName=table, Item={**key, **wire(v=1)}, ConditionExpression="attribute_not_exists(pk)")
    message = refused(db.put_item, "ConditionalCheckFailedException", TableName=table, Item=key,
                      ConditionExpression="attribute_not_exists(pk)")
    assert message == "The conditional request failed"
    with pytest.raises(db.exceptions.ConditionalCheckFailedException) as caught:
        db.delete_item(TableName=table, Key=key, ConditionExpression="v > :two", ExpressionAttributeValues=wire(**{":two": 2}),
                       ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert plain(caught.value.response["Item"]) == {"pk": pk, "sk": 1, "v": 1}
    old = db.delete_item(TableName=table, Key=key, ConditionExpression="v = :one",
                         ExpressionAttributeValues=wire(**{":one": 1}), ReturnValues="ALL_OLD")["Attributes"]
    assert plain(old)["v"] == 1


def test_updates_return_what_was_asked_for(db, table, pk):
    key = wire(pk=pk, sk=1)

    def update(expression, returned, **values):
        arguments = {"ExpressionAttributeValues": wire(**{":" + k: v for k, v in values.items()})} if values else {}
        return plain(db.update_item(TableName=table, Key=key, UpdateExpression=expression, ReturnValues=returned,
                                    **arguments).get("Attributes", {}))

    assert update("SET v = if_not_exists(v, :zero) + :one, doc = :doc", "UPDATED_NEW", zero=0, one=1, doc={"a": [1, 2]}) == \
        {"v": 1, "doc": {"a": [1, 2]}}
    assert update("SET doc.a[1] = :x, doc.b = :x", "UPDATED_NEW", x="y") == {"doc": {"a": ["y"], "b": "y"}}
    assert update("ADD v :five, tags :tags", "UPDATED_OLD", five=5, tags={"t"}) == {"v": 1}
    assert update("REMOVE doc.a[0] DELETE tags :tags", "ALL_NEW", tags={"t"}) == \
        {"pk": pk, "sk": 1, "v": 6, "doc": {"a": ["y"], "b": "y"}}
    assert update("SET doc.a = list_append(doc.a, :more)", "UPDATED_NEW", more=["z"]) == {"doc": {"a": ["y", "z"]}}
    assert update("REMOVE v", "ALL_OLD")["v"] == 6


@pytest.mark.parametrize("expression, message", [
    ("SET pk = :x", "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"),
    ("SET a = :missing", "Invalid UpdateExpression: An expression attribute value used in expression is not defined; "
                         "attribute value: :missing"),
    ("SET status = :x", "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status"),
    ("SET a = :x,", 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'),
    ("SET a = nowhere + :x", "The provided expression refers to an attribute that does not exist in the item"),
    ("SET nowhere.b = :x", "The document path provided in the update expression is invalid for update")])
def test_bad_updates_are_refused(db, table, pk, expression, message):
    found = refused(db.update_item, "ValidationException", TableName=table, Key=wire(pk=pk, sk=1), UpdateExpression=expression,
                    ExpressionAttributeValues=wire(**{":x": 1}))
    assert found == message


def test_placeholders_must_be_used(db, table, pk):
    assert refused(db.get_item, "ValidationException", TableName=table, Key=wire(pk=pk, sk=1), ProjectionExpression="v",
                   ExpressionAttributeNames={"#x": "x"}) == \
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}"
    assert refused(db.put_item, "ValidationException", TableName=table, Item=wire(pk=pk, sk=1),
                   ExpressionAttributeValues=wire(**{":x": 1})) == \
        "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"


def fill(db, table, items):
    for start in range(0, len(items), 25):
        answer = db.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in items[start:start + 25]]})
        assert not answer["UnprocessedItems"]


def test_queries_page_through_a_partition_in_order(db, table, pk):
    fill(db, table, [wire(pk=pk, sk=n, v=n % 3) for n in (10, 9, -3, 100, 0, decimal.Decimal("9.5"))])

    def query(condition, **more):
        values = {":p": pk, **more.pop("values", {})}
        pages = db.get_paginator("query").paginate(TableName=table, KeyConditionExpression=condition,
                                                   ExpressionAttributeValues=wire(**values), **more)
        return [plain(item)["sk"] for page in pages for item in page["Items"]]

    assert query("pk = :p") == [-3, 0, 9, decimal.Decimal("9.5"), 10, 100]
    assert query("pk = :p", ScanIndexForward=False, Limit=2) == [100, 10, decimal.Decimal("9.5"), 9, 0, -3]
    assert query("pk = :p AND sk BETWEEN :a AND :b", values={":a": 0, ":b": 10}) == [0, 9, decimal.Decimal("9.5"), 10]
    assert query("pk = :p AND sk < :a", values={":a": 9}) == [-3, 0]
    assert query("pk = :p", values={":v": 0}, FilterExpression="v = :v", Limit=1) == [-3, 0, 9]
    counted = db.query(TableName=table, KeyConditionExpression="pk = :p", Select="COUNT", FilterExpression="v = :v",
                       ExpressionAttributeValues=wire(**{":p": pk, ":v": 1}))
    assert (counted["Count"], counted["ScannedCount"], "Items" in counted) == (2, 6, False)


@pytest.mark.parametrize("condition, message", [
    ("sk = :n", "Query condition missed key schema element: pk"),
    ("pk > :p", "Query key condition not supported"),
    ("pk = :p OR sk = :n", "Invalid operator used in KeyConditionExpression: OR"),
    ("pk = :p AND sk <> :n", "Invalid operator used in KeyConditionExpression: <>"),
    ("pk = :p AND sk = :p", "One or more parameter values were invalid: Condition parameter type does not match schema type")])
def test_bad_key_conditions_are_refused(db, table, condition, message):
    values = {name: value for name, value in {":p": "a", ":n": 1}.items() if name in condition}
    assert refused(db.query, "ValidationException", TableName=table, KeyConditionExpression=condition,
                   ExpressionAttributeValues=wire(**values)) == message


def test_local_indexes_are_consistent_and_complete_on_request(db, table, pk):
    db.put_item(TableName=table, Item=wire(pk=pk, sk=1, l="mane", hidden=1))
    db.put_item(TableName=table, Item=wire(pk=pk, sk=2, l="horn"))
    db.put_item(TableName=table, Item=wire(pk=pk, sk=3))
    arguments = dict(TableName=table, IndexName="by-l", KeyConditionExpression="pk = :p", ConsistentRead=True,
                     ExpressionAttributeValues=wire(**{":p": pk}))
    found = [plain(item) for item in db.query(**arguments)["Items"]]
    assert [item["l"] for item in found] == ["horn", "mane"]
    assert "hidden" not in found[1]
    assert plain(db.query(Select="ALL_ATTRIBUTES", **arguments)["Items"][1])["hidden"] == 1


def test_global_indexes_hold_their_projection(db, table, pk, unique):
    group = unique("g")
    db.put_item(TableName=table, Item=wire(pk=pk, sk=1, g=group, extra=1, hidden=1))
    arguments = dict(TableName=table, IndexName="by-g", KeyConditionExpression="g = :g",
                     ExpressionAttributeValues=wire(**{":g": group}))
    for _ in range(100):  # AWS's global indexes follow with a delay
        found = db.query(**arguments)["Items"]
        if found:
            break
    assert [plain(item) for item in found] == [{"pk": pk, "sk": 1, "g": group, "extra": 1}]
    assert refused(db.query, "ValidationException", **{**arguments, "ConsistentRead": True}) == \
        "Consistent reads are not supported on global secondary indexes"
    assert refused(db.query, "ValidationException", **{**arguments, "IndexName": "nope"}) == \
        "The table does not have the specified index: nope"


def test_parallel_scans_see_each_item_once(db, table, unique):
    mark = unique("scan")
    fill(db, table, [wire(pk=f"{mark}-{n}", sk=n, mark=mark) for n in range(60)])

    def segment(number):
        pages = db.get_paginator("scan").paginate(
            TableName=table, TotalSegments=4, Segment=number, Limit=7, FilterExpression="mark = :m",
            ExpressionAttributeValues=wire(**{":m": mark}), ConsistentRead=True)
        return [plain(item)["sk"] for page in pages for item in page["Items"]]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        seen = [sk for part in pool.map(segment, range(4)) for sk in part]
    assert sorted(seen) == list(range(60))
    assert refused(db.scan, "ValidationException", TableName=table, Segment=3, TotalSegments=2) == \
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 3 is not less than " \
        "TotalSegments: 2"


def test_batches_read_what_they_wrote(db, table, pk):
    fill(db, table, [wire(pk=pk, sk=n) for n in range(30)])
    keys = [wire(pk=pk, sk=n) for n in range(28, 40)]
    answer = db.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True, "ProjectionExpression": "sk"}},
                               ReturnConsumedCapacity="TOTAL")
    assert sorted(plain(item)["sk"] for item in answer["Responses"][table]) == [28, 29]
    assert answer["UnprocessedKeys"] == {}
    assert answer["ConsumedCapacity"][0]["TableName"] == table
    db.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": wire(pk=pk, sk=29)}}]})
    assert "Item" not in db.get_item(TableName=table, Key=wire(pk=pk, sk=29), ConsistentRead=True)
    twice = {"PutRequest": {"Item": wire(pk=pk, sk=1)}}
    assert refused(db.batch_write_item, "ValidationException", RequestItems={table: [twice, twice]}) == \
        "Provided list of item keys contains duplicates"


def test_transactions_are_all_or_nothing(db, table, pk, unique):
    db.put_item(TableName=table, Item=wire(pk=pk, sk=1, v=1))
    put = {"Put": {"TableName": table, "Item": wire(pk=pk, sk=2)}}
    check = {"ConditionCheck": {"TableName": table, "Key": wire(pk=pk, sk=1), "ConditionExpression": "v = :v",
                                "ExpressionAttributeValues": wire(**{":v": 2})}}
    with pytest.raises(db.exceptions.TransactionCanceledException) as caught:
        db.transact_write_items(TransactItems=[put, check])
    response = caught.value.response
    assert [reason["Code"] for reason in response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert response["Error"]["Message"].endswith("[None, ConditionalCheckFailed]")
    assert "Item" not in db.get_item(TableName=table, Key=wire(pk=pk, sk=2), ConsistentRead=True)
    add = {"Update": {"TableName": table, "Key": wire(pk=pk, sk=1), "UpdateExpression": "ADD v :one",
                      "ExpressionAttributeValues": wire(**{":one": 1})}}
    token = unique("token")
    for _ in range(2):
        db.transact_write_items(TransactItems=[put, add], ClientRequestToken=token)
    together = db.transact_get_items(TransactItems=[{"Get": {"TableName": table, "Key": wire(pk=pk, sk=n)}} for n in (1, 2, 3)])
    assert [plain(answer["Item"]) if "Item" in answer else None for answer in together["Responses"]] == \
        [{"pk": pk, "sk": 1, "v": 2}, {"pk": pk, "sk": 2}, None]
    refused(db.transact_write_items, "IdempotentParameterMismatchException", TransactItems=[put], ClientRequestToken=token)


def test_concurrent_increments_are_not_lost(db, table, pk):
    def add(_):
        db.update_item(TableName=table, Key=wire(pk=pk, sk=1), UpdateExpression="ADD v :one",
                       ExpressionAttributeValues=wire(**{":one": 1}))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(80)))
    assert plain(db.get_item(TableName=table, Key=wire(pk=pk, sk=1), ConsistentRead=True)["Item"])["v"] == 80


def test_parameters_from_before_expressions_still_work(db, table, pk):
    key = wire(pk=pk, sk=1)
    db.update_item(TableName=table, Key=key, AttributeUpdates={"v": {"Action": "ADD", "Value": {"N": "3"}}})
    refused(db.put_item, "ConditionalCheckFailedException", TableName=table, Item=key, Expected={"v": {"Exists": False}})
    found = db.query(TableName=table, KeyConditions={"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": pk}]}},
                     QueryFilter={"v": {"ComparisonOperator": "GE", "AttributeValueList": [{"N": "3"}]}})
    assert found["Count"] == 1
    assert db.get_item(TableName=table, Key=key, AttributesToGet=["v"])["Item"] == {"v": {"N": "3"}}
    message = refused(db.put_item, "ValidationException", TableName=table, Item=key, Expected={"v": {"Exists": False}},
                      ConditionExpression="attribute_exists(v)")
    assert message == ("Can not use both expression and non-expression parameters in the same request: Non-expression "
                       "parameters: {Expected} Expression parameters: {ConditionExpression}")


def test_capacity_is_counted(db, table, pk):
    written = db.put_item(TableName=table, Item=wire(pk=pk, sk=1, x="x" * 3000), ReturnConsumedCapacity="TOTAL")
    assert written["ConsumedCapacity"]["CapacityUnits"] == 3.0
    read = db.get_item(TableName=table, Key=wire(pk=pk, sk=1), ReturnConsumedCapacity="INDEXES")
    assert read["ConsumedCapacity"]["CapacityUnits"] == 0.5
    assert read["ConsumedCapacity"]["Table"]["CapacityUnits"] == 0.5


def test_tags_and_time_to_live(db, table):
    arn = db.describe_table(TableName=table)["Table"]["TableArn"]
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "herd", "Value": "north"}])
    assert {"Key": "herd", "Value": "north"} in db.list_tags_of_resource(ResourceArn=arn)["Tags"]
    db.untag_resource(ResourceArn=arn, TagKeys=["herd"])
    assert {"Key": "herd", "Value": "north"} not in db.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert db.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    db.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    assert db.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] in ("ENABLING", "ENABLED")


def test_the_resource_api_of_boto3_works(db, table, pk):
    resource = boto3.resource("dynamodb", endpoint_url=db.meta.endpoint_url, region_name=db.meta.region_name,
                              **credentials_of(db))
    rows = resource.Table(table)
    with rows.batch_writer() as batch:
        for n in range(3):
            batch.put_item(Item={"pk": pk, "sk": n, "Name": "Shadowfax", "HealthPoints": decimal.Decimal("152.5")})
    condition = boto3.dynamodb.conditions.Key("pk").eq(pk) & boto3.dynamodb.conditions.Key("sk").gte(1)
    assert [item["sk"] for item in rows.query(KeyConditionExpression=condition)["Items"]] == [1, 2]


def credentials_of(client):
    frozen = client._request_signer._credentials.get_frozen_credentials()
    return {"aws_access_key_id": frozen.access_key, "aws_secret_access_key": frozen.secret_key,
            "aws_session_token": frozen.token}
