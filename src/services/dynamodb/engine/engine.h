#pragma once
// Engine: DynamoDB without its wire format.

#include <memory>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "kv/store.h"
#include "services/dynamodb/dynamodb.h"
#include "services/dynamodb/engine/catalogue.h"
#include "services/dynamodb/engine/reader.h"
#include "services/dynamodb/engine/writer.h"

namespace wr::dynamodb {

/// @threads any
class Engine final : public Face {
public:
    /// `store`, `clock` and `random` outlive the engine.
    static base::Result<std::unique_ptr<Engine>> open(kv::Store& store,
                                                      const base::Clock& clock,
                                                      base::Random& random,
                                                      const EngineOptions& options);
    ~Engine() override;

    Catalogue& tables() { return catalogue_; }
    Writer& writer() { return writer_; }
    Reader& reader() { return reader_; }

    /// Several items as one serialisable read.
    /// @error Validation | ResourceNotFound | TransactionCanceled
    Result<std::vector<GetOutcome>> get_together(const std::vector<GetItem>& requests);

    bool table_exists(const std::string& account,
                      const std::string& region,
                      const std::string& table) override;

    /// One round of upkeep: rows of deleted tables, expired items and tokens, item counts.
    base::Result<void> maintain();
    /// After the last request; waits for upkeep and keeps the item counts. Idempotent.
    void stop();

private:
    Engine(kv::Store& store,
           const base::Clock& clock,
           base::Random& random,
           const EngineOptions& options);
    base::Result<void> expire_items(const std::shared_ptr<Table>& table);
    base::Result<void> count_items(Table& table);

    const base::Clock& clock_;
    Catalogue catalogue_;
    Writer writer_;
    Reader reader_;
    std::unique_ptr<base::PeriodicTask> upkeep_;
    bool stopped_ = false;
};

}  // namespace wr::dynamodb
