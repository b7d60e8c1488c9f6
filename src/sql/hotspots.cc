// HOTSPOTS: each row gets the dense regions of the window that ends with it, as JSON.
#include <cmath>

#include "base/json_writer.h"
#include "sql/hotspot_window.h"
#include "sql/operators.h"

namespace wr::sql {
namespace {

void write_numbers(base::JsonWriter& json, const char* name, const std::vector<double>& values) {
    json.key(name);
    json.begin_array();
    for (const double value : values) json.number(value);
    json.end_array();
}

std::string to_json(const std::vector<Hotspot>& hotspots) {
    base::JsonWriter json;
    json.begin_object();
    json.key("hotspots");
    json.begin_array();
    for (const auto& hotspot : hotspots) {
        json.begin_object();
        json.key("density");
        json.number(hotspot.density);
        write_numbers(json, "minValues", hotspot.least);
        write_numbers(json, "maxValues", hotspot.most);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.take();
}

class Hotspots final : public Operator {
public:
    Hotspots(const Node& node, Operator& next)
        : node_(node),
          next_(next),
          window_(node.function.columns.size(),
                  static_cast<size_t>(node.function.numbers[0]),
                  node.function.radius,
                  static_cast<size_t>(node.function.numbers[1])) {}

    void on_batch(const Batch& batch) override {
        auto results = std::make_shared<Vector>(node_.types.back(), batch.rows);
        const auto arena = std::make_shared<Arena>();
        results->keep(arena);
        std::vector<double> point;
        for (uint32_t row = 0; row < batch.rows; ++row) {
            if (!numbers_of(batch, node_.function.columns, row, point)) continue;
            window_.add(point);
            results->set(row, datum_of(arena->copy(to_json(window_.find()))));
        }
        Batch out = batch;
        out.columns.push_back(std::move(results));
        next_.on_batch(out);
    }

    void on_bound(int64_t bound) override { next_.on_bound(bound); }
    size_t state_bytes() const override { return window_.state_bytes(); }
    void save(StateWriter& out) const override { window_.save(out); }
    void load(StateReader& in) override { window_.load(in); }

private:
    const Node& node_;
    Operator& next_;
    HotspotWindow window_;
};

}  // namespace

bool numbers_of(const Batch& batch,
                const std::vector<uint32_t>& columns,
                uint32_t row,
                std::vector<double>& values) {
    values.clear();
    for (const uint32_t column : columns) {
        const Vector& vector = *batch.columns[column];
        const Datum value = vector.get(row);
        const double number =
            vector.type.storage() == Storage::Double ? value.d : static_cast<double>(value.i);
        if (value.null || !std::isfinite(number)) return false;
        values.push_back(number);
    }
    return true;
}

std::unique_ptr<Operator> make_hotspots(const Node& node, Operator& next) {
    return std::make_unique<Hotspots>(node, next);
}

}  // namespace wr::sql
