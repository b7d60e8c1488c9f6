#pragma once
// Rows of in-application streams on standard output, refused rows on standard error.

#include <string>
#include <vector>

#include "cli/output.h"
#include "sql/engine.h"

namespace wr::cli {

struct RowPrinterOptions {
    Format format = Format::Table;
    uint64_t count_max = 0;     ///< rows to print; 0 for all
    bool with_rowtime = false;  ///< a column ROWTIME before the others
    bool quiet_errors = false;  ///< rows of the error stream are not told on standard error
};

/// Rows are held until flush(), so that a table's columns get the width of their values, but not
/// more than a few hundred.
class RowPrinter final : public sql::Sink {
public:
    /// @param streams  those to print, exact names. Of several, each row says its stream: as a
    ///                 heading of the table, or {"stream":..,"row":{..}} in JSON.
    RowPrinter(const sql::Program& program,
               const std::vector<std::string>& streams,
               const RowPrinterOptions& options);

    void on_rows(const sql::Rows& rows) override;
    /// A row that came from elsewhere, as JSON in the order of the columns.
    void add(const std::string& stream, std::string json);
    void flush();
    /// Flushes, and ends what has an end. Nothing is printed afterwards.
    void finish();

    bool is_full() const { return options_.count_max > 0 && rows_ >= options_.count_max; }
    uint64_t rows() const { return rows_; }
    uint64_t errors() const { return errors_; }

private:
    struct Held {
        std::string rowtime;
        std::string json;
        std::string csv;
    };
    struct Printed {
        std::string name;
        std::vector<std::string> columns;
        std::vector<size_t> widths;
        std::vector<bool> right;  ///< numbers
        std::vector<Held> held;
        bool has_header = false;
        bool is_errors = false;  ///< in a table: decoded, without what says nothing
    };

    void hold(Printed& stream, Held held);

    void tell_error(const std::string& json);
    void flush(Printed& stream);
    void print_table(Printed& stream);
    std::string line_of(const Printed& stream, const std::vector<std::string>& cells) const;

    const RowPrinterOptions options_;
    std::vector<Printed> streams_;
    const Printed* last_ = nullptr;
    size_t held_ = 0;
    uint64_t rows_ = 0;
    uint64_t errors_ = 0;
    bool opened_ = false;
    bool finished_ = false;
};

}  // namespace wr::cli
