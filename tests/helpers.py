"""What several end-to-end tests do: wait for something with a deadline, read a stream or a bucket whole, zip a file."""
import gzip
import io
import json
import time
import zipfile


def until(what, seconds, ask, pause=0.2):
    """Asks until the answer is true, and returns it; fails with the last answer after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s; last answer: {answer!r}"
        time.sleep(pause)


def all_shards(kinesis, stream):
    """An answer has a thousand at most; the token stands for the stream's name, which boto3's paginator does not know."""
    shards, place = [], {"StreamName": stream}
    while place:
        answer = kinesis.list_shards(**place)
        shards += answer["Shards"]
        place = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None
    return shards


def shards_of(kinesis, stream):
    return [shard["ShardId"] for shard in all_shards(kinesis, stream)]


def read_shard(kinesis, stream, shard):
    """Every record of the shard up to now, in order."""
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard,
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = []
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=10_000)
        records += answer["Records"]
        if not answer["Records"] and answer["MillisBehindLatest"] == 0:
            break
        iterator = answer.get("NextShardIterator")
    return records


def read_stream(kinesis, stream):
    return [record for shard in shards_of(kinesis, stream) for record in read_shard(kinesis, stream, shard)]


def json_of(records):
    return [json.loads(record["Data"]) for record in records]


def objects_of(s3, bucket, prefix=""):
    """{key: bytes} of a bucket, gunzipped where the name or encoding says so."""
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            answer = s3.get_object(Bucket=bucket, Key=entry["Key"])
            body = answer["Body"].read()
            if entry["Key"].endswith(".gz") or answer.get("ContentEncoding") == "gzip":
                body = gzip.decompress(body)
            found[entry["Key"]] = body
    return found


def json_documents(data):
    """JSON documents one after another, with or without white space between them."""
    text, at, decoder, documents = data.decode(), 0, json.JSONDecoder(), []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        document, at = decoder.raw_decode(text, at)
        documents.append(document)
    return documents


def zipped(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def trust(service):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]})


def make_role(iam, name, service, *statements):
    """A role for a service with one inline policy; its ARN. Statements are (actions, resources)."""
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
    policy = {"Version": "2012-10-17",
              "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources} for actions, resources in statements]}
    iam.put_role_policy(RoleName=name, PolicyName="WildRydes", PolicyDocument=json.dumps(policy))
    return arn


def run_query(athena, sql, output, seconds=30):
    """Runs a statement to its end; rows as lists of texts, the header first."""
    started = athena.start_query_execution(QueryString=sql, QueryExecutionContext={"Database": "default"},
                                           ResultConfiguration={"OutputLocation": output})["QueryExecutionId"]

    def status():
        found = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
        return found if found["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

    ended = until(f"query {sql}", seconds, status)
    assert ended["State"] == "SUCCEEDED", f"{sql}: {ended.get('StateChangeReason')}"
    rows = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=started):
        rows += [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
    return rows
