"""S3 through boto3, as a program meets it."""
import base64
import datetime
import hashlib
import io
import urllib.error
import urllib.parse
import urllib.request
import zlib

import botocore.config
import botocore.exceptions
import pytest

ODD_KEYS = ["../up", "a//b", "/slash", "%2e%2e/x", "dir/", "with space+plus", "é🦄", "a&b=c?d#e", "k" * 1024]
MIB = 1024 * 1024


@pytest.fixture
def s3(aws):
    return aws("s3")


@pytest.fixture
def bucket(s3, unique):
    name = unique("bucket")
    s3.create_bucket(Bucket=name)
    return name


def refused(call, **arguments):
    """Code and status of the refusal."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def put(s3, bucket, key, body=b"", **more):
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **more)


def body_of(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def test_an_object_comes_back_as_it_was_put(s3, bucket):
    answer = put(s3, bucket, "k", b"hello", ContentType="text/plain", Metadata={"colour": "pink"},
                 ContentDisposition="inline", CacheControl="no-store", ContentLanguage="en")
    assert answer["ETag"] == '"5d41402abc4b2a76b9719d911017c592"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"hello"
    assert (got["ContentType"], got["Metadata"], got["ContentLength"]) == ("text/plain", {"colour": "pink"}, 5)
    assert (got["ContentDisposition"], got["CacheControl"], got["ContentLanguage"]) == ("inline", "no-store", "en")
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentLength"], head["ETag"]) == (5, answer["ETag"])
    assert abs(head["LastModified"].timestamp() - datetime.datetime.now().timestamp()) < 60


def test_large_bodies_and_empty_ones(s3, bucket):
    large = bytes(range(256)) * 20_000
    put(s3, bucket, "large", large)
    assert body_of(s3, bucket, "large") == large
    put(s3, bucket, "large", b"")
    assert body_of(s3, bucket, "large") == b""


def test_odd_keys_are_just_bytes(s3, bucket):
    for key in ODD_KEYS:
        put(s3, bucket, key, key.encode())
    for key in ODD_KEYS:
        assert body_of(s3, bucket, key) == key.encode()
    listed = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == sorted(ODD_KEYS, key=str.encode)
    assert refused(put, s3=s3, bucket=bucket, key="k" * 1025) == ("KeyTooLongError", 400)


def test_what_is_not_there(s3, bucket, unique):
    assert refused(s3.get_object, Bucket=bucket, Key="nope") == ("NoSuchKey", 404)
    assert refused(s3.head_object, Bucket=bucket, Key="nope") == ("404", 404)
    assert refused(s3.get_object, Bucket=unique("absent"), Key="k") == ("NoSuchBucket", 404)
    assert refused(s3.head_bucket, Bucket=unique("absent"))[1] == 404
    s3.delete_object(Bucket=bucket, Key="nope")


def test_ranges(s3, bucket):
    for key, body in (("small", b"0123456789"), ("large", b"0123456789" * 10_000)):
        put(s3, bucket, key, body)
        got = s3.get_object(Bucket=bucket, Key=key, Range="bytes=2-4")
        assert got["Body"].read() == b"234"
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert got["ContentRange"] == f"bytes 2-4/{len(body)}"
        assert body_of(s3, bucket, key, Range="bytes=-3") == b"789"
        assert body_of(s3, bucket, key, Range=f"bytes={len(body) - 2}-") == b"89"
        assert refused(s3.get_object, Bucket=bucket, Key=key, Range=f"bytes={len(body)}-") == ("InvalidRange", 416)
        head = s3.head_object(Bucket=bucket, Key=key, Range="bytes=0-0")
        assert head["ContentLength"] == 1


def test_conditional_reads(s3, bucket):
    etag = put(s3, bucket, "k", b"x")["ETag"]
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    earlier = later - datetime.timedelta(hours=2)
    assert body_of(s3, bucket, "k", IfMatch=etag) == b"x"
    assert refused(s3.get_object, Bucket=bucket, Key="k", IfMatch='"no"') == ("PreconditionFailed", 412)
    assert refused(s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=etag) == ("304", 304)
    assert refused(s3.get_object, Bucket=bucket, Key="k", IfModifiedSince=later) == ("304", 304)
    assert refused(s3.head_object, Bucket=bucket, Key="k", IfUnmodifiedSince=earlier) == ("412", 412)


def test_conditional_writes(s3, bucket):
    etag = put(s3, bucket, "k", b"1", IfNoneMatch="*")["ETag"]
    assert refused(put, s3=s3, bucket=bucket, key="k", body=b"2", IfNoneMatch="*") == ("PreconditionFailed", 412)
    put(s3, bucket, "k", b"2", IfMatch=etag)
    assert refused(put, s3=s3, bucket=bucket, key="k", body=b"3", IfMatch=etag) == ("PreconditionFailed", 412)
    assert refused(put, s3=s3, bucket=bucket, key="new", body=b"3", IfMatch=etag) == ("NoSuchKey", 404)
    assert body_of(s3, bucket, "k") == b"2"


def test_checksums_are_verified_kept_and_returned(s3, bucket):
    body = b"123456789"
    sums = {"CRC32": zlib.crc32(body).to_bytes(4, "big"), "SHA1": hashlib.sha1(body).digest(),
            "SHA256": hashlib.sha256(body).digest(), "CRC32C": 0xE3069283.to_bytes(4, "big"),
            "CRC64NVME": 0xAE8B14860A799888.to_bytes(8, "big")}
    for name, raw in sums.items():
        text = base64.b64encode(raw).decode()
        member = f"Checksum{name}"
        answer = put(s3, bucket, name, body, **{member: text})
        assert answer[member] == text
        head = s3.head_object(Bucket=bucket, Key=name, ChecksumMode="ENABLED")
        assert (head[member], head["ChecksumType"]) == (text, "FULL_OBJECT")
        assert refused(put, s3=s3, bucket=bucket, key=name, body=body + b"!", **{member: text}) == ("BadDigest", 400)
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    put(s3, bucket, "md5", body, ContentMD5=md5)
    assert refused(put, s3=s3, bucket=bucket, key="md5", body=b"x", ContentMD5=md5) == ("BadDigest", 400)
    assert refused(put, s3=s3, bucket=bucket, key="md5", body=b"x", ContentMD5="eA==") == ("InvalidDigest", 400)


def test_the_default_checksum_is_crc64nvme(aws, bucket):
    quiet = aws("s3", config=botocore.config.Config(s3={"addressing_style": "path"},
                                                    request_checksum_calculation="when_required"))
    answer = quiet.put_object(Bucket=bucket, Key="k", Body=b"123456789")
    assert answer["ChecksumCRC64NVME"] == base64.b64encode(0xAE8B14860A799888.to_bytes(8, "big")).decode()


def test_a_named_algorithm_is_computed_by_the_client_and_kept(s3, bucket):
    data = b"unicorn" * 30_000
    for algorithm in ("CRC32", "SHA256"):
        s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(data), ChecksumAlgorithm=algorithm)
        assert f"Checksum{algorithm}" in s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
        got = s3.get_object(Bucket=bucket, Key="k")
        assert got["Body"].read() == data
        assert "ContentEncoding" not in got


def test_listing_with_delimiter_prefix_and_pages(s3, bucket):
    for key in ["a", "b/1", "b/2", "c/d/1", "c/e", "z"]:
        put(s3, bucket, key)
    page = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [entry["Key"] for entry in page["Contents"]] == ["a", "z"]
    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["b/", "c/"]
    assert page["KeyCount"] == 4
    page = s3.list_objects_v2(Bucket=bucket, Prefix="c/", Delimiter="/")
    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["c/d/"]
    for version in ("list_objects", "list_objects_v2"):
        names = []
        for page in s3.get_paginator(version).paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}):
            names += [entry["Key"] for entry in page.get("Contents", [])]
            names += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
        assert names == ["a", "b/", "c/", "z"], version
    page = s3.list_objects_v2(Bucket=bucket, StartAfter="c/d/1")
    assert [entry["Key"] for entry in page["Contents"]] == ["c/e", "z"]
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
    assert refused(s3.list_objects_v2, Bucket=bucket, ContinuationToken="bogus") == ("InvalidArgument", 400)


def test_deleting_many(s3, bucket):
    for key in "abc":
        put(s3, bucket, key)
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}, {"Key": "nope"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a", "b", "nope"]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "c"}], "Quiet": True})
    assert "Deleted" not in answer and "Errors" not in answer
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_copies(s3, bucket):
    put(s3, bucket, "source é+", b"bytes", Metadata={"m": "1"}, Tagging="t=1")
    source = {"Bucket": bucket, "Key": "source é+"}
    answer = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert answer["CopyObjectResult"]["ETag"] == s3.head_object(Bucket=bucket, Key="copy")["ETag"]
    assert s3.head_object(Bucket=bucket, Key="copy")["Metadata"] == {"m": "1"}
    assert s3.get_object_tagging(Bucket=bucket, Key="copy")["TagSet"] == [{"Key": "t", "Value": "1"}]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, MetadataDirective="REPLACE", Metadata={"m": "2"})
    assert s3.head_object(Bucket=bucket, Key="copy")["Metadata"] == {"m": "2"}
    assert refused(s3.copy_object, Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "copy"}) == \
        ("InvalidRequest", 400)
    assert refused(s3.copy_object, Bucket=bucket, Key="x", CopySource={"Bucket": bucket, "Key": "no"}) == \
        ("NoSuchKey", 404)
    assert refused(s3.copy_object, Bucket=bucket, Key="x", CopySource=source, CopySourceIfMatch='"no"') == \
        ("PreconditionFailed", 412)


def test_multipart_uploads(s3, bucket):
    one, two = b"1" * (5 * MIB), b"2" * 1000
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ContentType="text/x", Metadata={"m": "1"})["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**where, PartNumber=n, Body=b)["ETag"]}
             for n, b in ((1, one), (2, two))]
    listed = s3.list_parts(**where)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, len(one)), (2, len(two))]
    assert [entry["UploadId"] for entry in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    assert refused(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": parts[::-1]}) == \
        ("InvalidPartOrder", 400)
    wrong = [parts[0], {"PartNumber": 2, "ETag": parts[0]["ETag"]}]
    assert refused(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": wrong}) == ("InvalidPart", 400)
    answer = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    digest = hashlib.md5(hashlib.md5(one).digest() + hashlib.md5(two).digest()).hexdigest()
    assert answer["ETag"] == f'"{digest}-2"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == one + two
    assert (got["ContentType"], got["Metadata"]) == ("text/x", {"m": "1"})
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=2)
    assert (part["Body"].read(), part["PartsCount"]) == (two, 2)
    assert refused(s3.list_parts, **where) == ("NoSuchUpload", 404)


def test_small_parts_are_refused_and_uploads_aborted(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**where, PartNumber=n, Body=b"x")["ETag"]} for n in (1, 2)]
    assert refused(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": parts}) == ("EntityTooSmall", 400)
    s3.abort_multipart_upload(**where)
    assert refused(s3.abort_multipart_upload, **where) == ("NoSuchUpload", 404)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_the_transfer_manager_copies_and_uploads_in_parts(s3, bucket):
    data = bytes(range(251)) * 70_000
    s3.upload_fileobj(io.BytesIO(data), bucket, "large")
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-3"')
    out = io.BytesIO()
    s3.download_fileobj(bucket, "large", out)
    assert out.getvalue() == data
    s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "copy")
    assert body_of(s3, bucket, "copy") == data


def test_presigned_urls_with_overridden_headers(aws, bucket):
    # Buckets of today refuse signatures of version 2, boto3's default here.
    s3 = aws("s3", config=botocore.config.Config(signature_version="s3v4", s3={"addressing_style": "path"}))
    put(s3, bucket, "k", b"hello")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k", "ResponseContentType": "text/x",
                                                   "ResponseContentDisposition": "attachment"})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"hello"
        assert answer.headers["Content-Type"] == "text/x"
        assert answer.headers["Content-Disposition"] == "attachment"
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "p"})
    urllib.request.urlopen(urllib.request.Request(url, data=b"put", method="PUT")).close()
    assert body_of(s3, bucket, "p") == b"put"


def test_nobody_reads_without_a_signature(s3, bucket):
    put(s3, bucket, "k", b"secret")
    address = urllib.parse.urljoin(s3.meta.endpoint_url + "/", f"{bucket}/k")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(address)
    assert caught.value.code == 403


def test_a_public_policy_opens_an_object_once_the_block_is_lifted(s3, bucket):
    put(s3, bucket, "k", b"open")
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
              f'"Resource":"arn:aws:s3:::{bucket}/*"}}]}}')
    assert refused(s3.put_bucket_policy, Bucket=bucket, Policy=policy) == ("AccessDenied", 403)
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    with urllib.request.urlopen(f"{s3.meta.endpoint_url}/{bucket}/k") as answer:
        assert answer.read() == b"open"
    s3.delete_bucket_policy(Bucket=bucket)
    assert refused(s3.get_bucket_policy, Bucket=bucket) == ("NoSuchBucketPolicy", 404)


def test_buckets(s3, unique):
    name = unique("bucket")
    assert refused(s3.create_bucket, Bucket="Bad_Name" + name)[0] in ("InvalidBucketName", "InvalidArgument")
    s3.create_bucket(Bucket=name)
    assert name in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == s3.meta.region_name
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    assert len(s3.get_bucket_acl(Bucket=name)["Grants"]) == 1
    put(s3, name, "k")
    assert refused(s3.delete_bucket, Bucket=name) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)
    assert refused(s3.delete_bucket, Bucket=name) == ("NoSuchBucket", 404)


def test_settings_of_buckets(s3, bucket):
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    assert refused(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "b"}]
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 5}]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    s3.delete_bucket_cors(Bucket=bucket)
    assert refused(s3.get_bucket_cors, Bucket=bucket) == ("NoSuchCORSConfiguration", 404)
    controls = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_tags_of_objects(s3, bucket):
    put(s3, bucket, "k", b"x", Tagging="a=1&b=%20")
    assert s3.head_object(Bucket=bucket, Key="k")["TagCount"] == 2
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "c", "Value": "2"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "c", "Value": "2"}]
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []


def test_what_this_server_does_not_have_is_refused(s3, bucket):
    assert refused(put, s3=s3, bucket=bucket, key="k", ACL="public-read") == ("AccessControlListNotSupported", 400)
    assert refused(put, s3=s3, bucket=bucket, key="k", ServerSideEncryption="aws:kms") == ("NotImplemented", 501)
    assert refused(put, s3=s3, bucket=bucket, key="k", StorageClass="GLACIER") == ("InvalidStorageClass", 400)
    put(s3, bucket, "k")
    assert refused(s3.get_object, Bucket=bucket, Key="k", VersionId="x" * 32) == ("InvalidArgument", 400)


def test_objects_survive_a_kill(new_server):
    server = new_server()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="kept")
    bodies = {f"k{i}": bytes([i]) * (i * 9_000) for i in range(8)}
    for key, body in bodies.items():
        put(s3, "kept", key, body)
    upload = s3.create_multipart_upload(Bucket="kept", Key="m")["UploadId"]
    etag = s3.upload_part(Bucket="kept", Key="m", UploadId=upload, PartNumber=1, Body=b"part")["ETag"]
    server.kill()
    server.start()
    s3 = server.client("s3")
    for key, body in bodies.items():
        assert body_of(s3, "kept", key) == body
    s3.complete_multipart_upload(Bucket="kept", Key="m", UploadId=upload,
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert body_of(s3, "kept", "m") == b"part"
