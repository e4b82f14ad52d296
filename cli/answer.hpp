// What a command gives back: an Answer or a Failure. Both are values; the printers (output/) turn them into
// text. `data` is the contract of scripts and programs, the view is for people alone.
#pragma once

#include <base/result.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::wallet {
struct Refusal;
} // namespace cairn::wallet

namespace cairn::cli {

enum class Exit : int {
    ok = 0,
    failed = 1,
    usage = 2,
    rejected = 3,
    not_found = 4,
    locked = 5,
    network = 6,
    timeout = 7,
    declined = 8,
    assertion = 9,
    in_use = 10,
    damaged = 11,
    interrupted = 130,
    closed_pipe = 141,
    terminated = 143, ///< SIGTERM or SIGHUP, other than under --daemon
};

/// Colour with meaning. Never the only bearer of it.
enum class Tone {
    plain,
    good,
    bad,
    warn,
    dim,
    strong,
    print, ///< white on black, whatever the colours of the terminal: pictures that a camera reads
};

/// One piece of text of a view. Text from outside may stand in it raw: the printers escape it.
struct Cell {
    Cell() = default;
    Cell(std::string text_in, Tone tone_in = Tone::plain) : text(std::move(text_in)), tone(tone_in) {}
    Cell(const char* text_in) : text(text_in) {}
    std::string text;
    Tone tone = Tone::plain;
};

enum class Align {
    left,
    right,
    point, ///< numbers: right, their decimal points one below the other
};
/// How a left-aligned column gives way where a table is wider than the terminal.
enum class Cut {
    end,
    middle, ///< names that may be addresses: their ends tell more than their middle
    never,  ///< what is there to be copied
    wrap,   ///< of the last column: goes on in the next row, at words
};

/// `name  value`, one a line, values aligned.
struct Fields {
    std::vector<std::pair<std::string, Cell>> rows;
};
struct Column {
    std::string name;
    Align align = Align::left;
    Cut cut = Cut::end;
};
struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::string when_empty; ///< said instead of a table without rows
};
struct Line {
    std::vector<Cell> cells; ///< one after the other, without blanks between
};

/// What people see, from top to bottom.
class View {
  public:
    View& fields(std::vector<std::pair<std::string, Cell>> rows);
    View& table(Table table);
    View& line(Cell cell);
    View& line(Line line);
    /// A line that is the user's own: not broken at words.
    View& whole(std::string text);
    View& blank() { return line(Cell{}); }
    /// As it is, escaped by nobody: text of our own of several lines (help, the man page).
    View& text(std::string text);

    struct Section {
        enum class Kind { fields, table, line, whole, text } kind = Kind::line;
        Fields fields;
        Table table;
        Line line;
        std::string text;
    };
    const std::vector<Section>& sections() const { return sections_; }
    bool empty() const { return sections_.empty(); }

  private:
    std::vector<Section> sections_;
};

struct Answer {
    boost::json::object data;           ///< the fields of cli.md, in that order
    View view;                          ///< empty: made of `data`
    boost::json::array records;         ///< lines of plain and CSV, where they are not those of `data`
    std::vector<std::string> remarks;   ///< for standard error: what else the user should know
    std::optional<std::string> last_id; ///< becomes `$_`
    std::string when_unwritten;         ///< for standard error, where the answer cannot be written
    bool secret = false;                ///< holds words that no other program may see: never paged
    bool picture = false;               ///< that a camera reads, made for this terminal: never paged
    std::string viewer;                 ///< a command that shows it at a terminal, where it is installed
    bool silent = false;                ///< nothing to print for people (JSON records are printed still)
    /// Other than ok for an answer that is "no" (`address check`): JSON has "ok":false, the data, and an
    /// error of these.
    Exit exit = Exit::ok;
    std::string no_code = "answer_is_no";
    std::string no_message = "the answer is no";
};

/// Why a command did not do its work.
struct Failure {
    std::string code; ///< stable snake_case word
    Exit exit = Exit::failed;
    std::string message;                ///< a sentence without a full stop
    std::string hint;                   ///< what next; may be empty
    boost::json::object extra{};        ///< further fields of the JSON error
    std::vector<std::string> details{}; ///< lines below the message
    bool told = false; ///< the message stands on standard error already (a script within a script)
};

using Reply = Result<Answer, Failure>;
template <typename T> using Expected = Result<T, Failure>;

/// `return failure(Exit::not_found, "no_wallet", "…", "…");`
inline auto failure(Exit exit, std::string code, std::string message, std::string hint = {}) {
    return fail(Failure{std::move(code), exit, std::move(message), std::move(hint), {}});
}
/// A malformed argument: exit 2, the message begins with the argument's name.
inline auto bad_argument(std::string_view argument, std::string why, std::string hint = {}) {
    return failure(Exit::usage, "bad_argument", std::string(argument) + ": " + std::move(why),
                   std::move(hint));
}

/// The exit code that belongs to a wallet's refusal, its word and its message.
Failure failure_of(const wallet::Refusal& refusal);

/// What next, where whoever failed had nothing better to say. `path`: the command's; empty for the launch.
std::string usual_hint(const Failure& failure, std::string_view path);

} // namespace cairn::cli
