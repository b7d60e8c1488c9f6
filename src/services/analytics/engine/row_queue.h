#pragma once
// RowQueue: the texts of rows that wait for a destination, one behind the other in one buffer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wr::analytics {

class RowQueue {
public:
    bool empty() const { return first_ == rows_.size(); }
    size_t size() const { return rows_.size() - first_; }

    /// `write` appends the text of the row to the string that it is given.
    template <typename Write>
    void add(uint64_t ordinal, const Write& write) {
        write(text_);
        rows_.push_back({ordinal, text_.size()});
    }

    /// 0 is the oldest. Texts last until the next change.
    std::string_view text(size_t row) const {
        const size_t begin = begin_of(first_ + row);
        return {text_.data() + begin, rows_[first_ + row].end - begin};
    }
    uint64_t ordinal(size_t row) const { return rows_[first_ + row].ordinal; }

    void drop_first(size_t count) {
        first_ += count;
        if (!empty()) return;
        // Room for the next rows is kept, but not for ever what one flood took.
        if (text_.capacity() > kept_bytes_max) *this = {};
        first_ = 0;
        rows_.clear();
        text_.clear();
    }

private:
    static constexpr size_t kept_bytes_max = 4 * 1024 * 1024;

    struct Row {
        uint64_t ordinal;
        size_t end;  ///< in `text_`
    };
    size_t begin_of(size_t row) const { return row == 0 ? 0 : rows_[row - 1].end; }

    std::string text_;
    std::vector<Row> rows_;
    size_t first_ = 0;  ///< that has not left
};

}  // namespace wr::analytics
