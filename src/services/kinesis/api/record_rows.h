#pragma once
// The two long lists of Kinesis' answers, made while they are written (decision 0010): by the
// tables for every protocol, and straight as JSON, which nearly every client asks for; records also
// as CBOR, which the Java clients ask for.

#include <memory>

#include "gen/kinesis/types.h"
#include "services/kinesis/engine/found_records.h"
#include "services/kinesis/engine/pending_put.h"

namespace wr::kinesis::api {

/// GetRecords' and SubscribeToShard's records.
wire::Rows<gen::kinesis::Record> to_rows(FoundRecords found);
/// PutRecords' outcomes; `put` is done and was written.
wire::Rows<gen::kinesis::PutRecordsResultEntry> to_rows(std::shared_ptr<const PendingPut> put);

}  // namespace wr::kinesis::api
