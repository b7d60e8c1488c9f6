"""Kinesis in CBOR as the Java SDKs speak it, for botocore's client: AWS's binary JSON, not Smithy's RPC v2.

Two things are the Java SDKs' own: objects and lists have no length but end with a break, and a time is tag 1 over whole
milliseconds, where RFC 8949 wants seconds (SdkCborGenerator of aws/aws-sdk-java, and its issue 2588).
"""
import datetime
import io

import botocore.parsers
import botocore.serialize
import botocore.utils

CONTENT_TYPE = "application/x-amz-cbor-1.1"
BREAK = b"\xff"
TEXT_CHUNK = 3996  # Jackson's generator writes longer texts piece by piece


class Serializer(botocore.serialize.CBORSerializer):
    """X-Amz-Target, and the input as CBOR."""
    TIMESTAMP_FORMAT = "unixtimestamp"

    def serialize_to_request(self, parameters, operation_model):
        request = self._create_default_request()
        metadata = operation_model.metadata
        request["headers"] = {"X-Amz-Target": f"{metadata['targetPrefix']}.{operation_model.name}",
                              "Content-Type": CONTENT_TYPE, "Accept": CONTENT_TYPE}
        body = bytearray()
        if operation_model.input_shape is None:
            body += b"\xbf" + BREAK
        else:
            self._serialize_data_item(body, parameters, operation_model.input_shape)
        request["body"] = bytes(body)
        return request

    def _serialize_type_structure(self, serialized, value, shape, key):
        serialized.extend(b"\xbf")
        for name, item in value.items():
            self._serialize_type_string(serialized, name, None, None)
            self._serialize_data_item(serialized, item, shape.members[name])
        serialized.extend(BREAK)

    def _serialize_type_map(self, serialized, value, shape, key):
        serialized.extend(b"\xbf")
        for name, item in value.items():
            self._serialize_data_item(serialized, name, shape.key)
            self._serialize_data_item(serialized, item, shape.value)
        serialized.extend(BREAK)

    def _serialize_type_list(self, serialized, value, shape, key):
        serialized.extend(b"\x9f")
        for item in value:
            self._serialize_data_item(serialized, item, shape.member)
        serialized.extend(BREAK)

    def _serialize_type_string(self, serialized, value, shape, key):
        if len(value) <= TEXT_CHUNK:
            super()._serialize_type_string(serialized, value, shape, key)
            return
        serialized.extend(b"\x7f")
        for at in range(0, len(value), TEXT_CHUNK):
            super()._serialize_type_string(serialized, value[at:at + TEXT_CHUNK], shape, key)
        serialized.extend(BREAK)

    def _serialize_type_timestamp(self, serialized, value, shape, key):
        seconds = value if isinstance(value, (int, float)) else botocore.utils.parse_to_aware_datetime(value).timestamp()
        serialized.extend(b"\xc1")
        self._serialize_type_long(serialized, round(seconds * 1000), shape, key)


def _milliseconds(value):
    assert isinstance(value, int), f"a time is whole milliseconds, not {value!r}"
    return datetime.datetime.fromtimestamp(value / 1000, datetime.timezone.utc)


class EventParser(botocore.parsers.EventStreamCBORParser):
    def _parse_datetime(self, value):
        return _milliseconds(value)

    def _handle_timestamp(self, shape, value):
        assert isinstance(value, datetime.datetime), f"a time without a tag: {value!r}"
        return value


class Parser(botocore.parsers.RpcV2CBORParser):
    """The output or the error of an answer, which must be CBOR and nothing behind it."""
    EVENT_STREAM_PARSER_CLS = EventParser

    def parse(self, response, shape):
        content_type = response["headers"].get("content-type")
        wanted = CONTENT_TYPE
        if response["status_code"] < 300 and shape is not None and shape.event_stream_name:
            wanted = "application/vnd.amazon.eventstream"
        assert content_type == wanted, f"{content_type}, not {wanted}"
        return super().parse(response, shape)

    def _parse_datetime(self, value):
        return _milliseconds(value)

    def _handle_timestamp(self, shape, value):
        assert isinstance(value, datetime.datetime), f"a time without a tag: {value!r}"
        return value

    def _handle_blob(self, shape, value):
        assert isinstance(value, bytes), f"a blob is a byte string, not {value!r}"
        return value

    def _initial_body_parse(self, body_contents):
        if body_contents == b"":
            return {}
        stream = io.BufferedReader(io.BytesIO(body_contents))
        value = self.parse_data_item(stream)
        assert stream.read() == b"", "bytes behind the answer"
        return value


class Factory:
    """Botocore's is shared by all clients of a session, so that this one is put in its place."""

    def create_parser(self, protocol_name):
        return Parser()


def speak(client):
    """From now on `client` sends and reads CBOR."""
    client._serializer = Serializer()
    client._endpoint._response_parser_factory = Factory()
    return client
