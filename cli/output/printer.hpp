// From answers and failures to text, in each of the four modes. Pure: writing is the streams' (streams.hpp).
#pragma once

#include <cli/answer.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cairn::cli {

enum class OutputMode { human, plain, csv, json };
std::optional<OutputMode> output_mode_from(std::string_view name);
std::string_view name_of(OutputMode mode);

struct Style {
    OutputMode mode = OutputMode::human;
    bool colour = false;
    unsigned width = 80; ///< columns of the terminal
};

/// Where a line came from. Empty source: the argument list or the prompt.
struct LineOrigin {
    std::string source;
    std::uint64_t line = 0;
};

/// What stands around an answer in a JSON record.
struct RecordHead {
    std::uint64_t seq = 0;
    std::string_view cmd;
    std::uint64_t line = 0; ///< 0: not of a script
    std::string_view
        promised{}; ///< the fields of the answer (CommandSpec::data): names an empty list's columns
};

/// For standard output, with the final line feed; empty for an answer that says nothing in this mode.
std::string render(const Answer& answer, const RecordHead& head, const Style& style);
/// The JSON record of a failure, for standard output.
std::string render_record(const Failure& failure, const RecordHead& head);
/// The message for people, for standard error: "FILE:LINE: message" and the hint below.
std::string render_message(const Failure& failure, const LineOrigin& origin, bool colour);

/// Human view alone.
std::string render_human(const View& view, const Style& style);
/// Made of `data` alone, so that it is stable: a single list of objects gives one line an entry, anything
/// else one line a field (plain) or one line of all fields (csv). Tabs, line feeds and marks in values are
/// escaped.
std::string render_plain(const boost::json::object& data);
/// `promised`: the fields as the contract tells them, for the heading line of a list without entries.
std::string render_csv(const boost::json::object& data, std::string_view promised = {});

/// Columns that a text takes on a terminal: code points, wide ones (East Asian, emoji) twice, combining ones
/// none.
std::size_t display_width(std::string_view text);

std::string coloured(std::string_view text, Tone tone, bool colour);

} // namespace cairn::cli
