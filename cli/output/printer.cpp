// JSON records, plain and CSV: made of the data alone.
#include <base/utf8.hpp>
#include <cli/output/json_text.hpp>
#include <cli/output/plain_text.hpp>
#include <cli/output/printer.hpp>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>

namespace cairn::cli {

namespace json = boost::json;

namespace {

constexpr std::array modes = {std::pair{OutputMode::human, std::string_view("human")},
                              std::pair{OutputMode::plain, std::string_view("plain")},
                              std::pair{OutputMode::csv, std::string_view("csv")},
                              std::pair{OutputMode::json, std::string_view("json")}};

std::string_view view_of(const json::string& text) { return {text.data(), text.size()}; }

/// A value as one cell: text as it is, null as nothing, nested ones as JSON.
std::string cell_of(const json::value& value) {
    if (value.is_string()) return std::string(view_of(value.get_string()));
    if (value.is_null()) return {};
    std::string text;
    append_json(text, value);
    return text;
}

/// The only field that is a list of objects; nullptr where there is none or more than one.
const json::array* single_list(const json::object& data) {
    const json::array* list = nullptr;
    for (const auto& [key, value] : data) {
        if (!value.is_array()) continue;
        const auto& array = value.get_array();
        if (!std::all_of(array.begin(), array.end(), [](const auto& item) { return item.is_object(); }))
            continue;
        if (list) return nullptr;
        list = &array;
    }
    // What stands beside the list is kept out of the lines only where the list is what was asked for.
    return list && (data.size() == 1 || data.begin()->value().is_array()) ? list : nullptr;
}

std::vector<std::string> keys_of(const json::array& list) {
    std::vector<std::string> keys;
    for (const auto& item : list)
        for (const auto& [key, value] : item.get_object()) {
            std::string name(key.data(), key.size());
            if (std::find(keys.begin(), keys.end(), name) == keys.end()) keys.push_back(std::move(name));
        }
    return keys;
}

std::vector<std::string> cells_of(const std::vector<std::string>& keys, const json::object& row) {
    std::vector<std::string> cells;
    for (const auto& key : keys) {
        const json::value* value = row.if_contains(key);
        cells.push_back(value ? cell_of(*value) : std::string());
    }
    return cells;
}

/// The fields of an entry that are always there, of `LIST:[{a b? c:[{…}]}]` in what is promised.
std::vector<std::string> promised_keys(std::string_view promised, std::string_view list) {
    const auto begin = promised.find(std::string(list) + ":[{");
    if (begin == std::string_view::npos) return {};
    std::vector<std::string> keys;
    std::string key;
    unsigned depth = 1; // of braces
    for (const char c : promised.substr(begin + list.size() + 3)) {
        if (c == '{') ++depth;
        if (c == '}' && --depth == 0) break;
        if (depth > 1 || c == '}' || c == '{') continue;
        if (c != ' ') {
            key += c;
            continue;
        }
        if (!key.empty()) keys.push_back(std::move(key));
        key.clear();
    }
    if (!key.empty()) keys.push_back(std::move(key));
    std::erase_if(keys, [](const std::string& each) { return each.find('?') != std::string::npos; });
    for (auto& each : keys) each = each.substr(0, each.find(':'));
    return keys;
}

void append_head(std::string& out, const RecordHead& head, bool ok) {
    out += "{\"v\":1,\"ok\":";
    out += ok ? "true" : "false";
    out += ",\"seq\":" + std::to_string(head.seq) + ",\"cmd\":";
    append_json_string(out, head.cmd);
    if (head.line != 0) out += ",\"line\":" + std::to_string(head.line);
}

} // namespace

std::optional<OutputMode> output_mode_from(std::string_view name) {
    for (const auto& [mode, text] : modes)
        if (text == name) return mode;
    return std::nullopt;
}

std::string_view name_of(OutputMode mode) {
    for (const auto& [known, text] : modes)
        if (known == mode) return text;
    return "human";
}

std::string render_plain(const json::object& data) {
    std::string out;
    if (const json::array* list = single_list(data)) {
        const auto keys = keys_of(*list);
        for (const auto& item : *list) {
            const auto cells = cells_of(keys, item.get_object());
            for (std::size_t i = 0; i < cells.size(); ++i)
                out += (i > 0 ? "\t" : "") + escape_for_display(cells[i]);
            out += '\n';
        }
        return out;
    }
    for (const auto& [key, value] : data)
        out += std::string(key.data(), key.size()) + "\t" + escape_for_display(cell_of(value)) + "\n";
    return out;
}

std::string render_csv(const json::object& data, std::string_view promised) {
    const json::array* list = single_list(data);
    std::vector<std::string> keys;
    if (list && list->empty()) {
        const auto name = data.begin()->key();
        keys = promised_keys(promised, {name.data(), name.size()});
    } else if (list) {
        keys = keys_of(*list);
    } else {
        for (const auto& [key, value] : data) keys.emplace_back(key.data(), key.size());
    }
    if (keys.empty()) return {};
    std::string out = csv_row(keys) + "\n";
    if (!list) return out + csv_row(cells_of(keys, data)) + "\n";
    for (const auto& item : *list) out += csv_row(cells_of(keys, item.get_object())) + "\n";
    return out;
}

namespace {

/// What plain and CSV print.
json::object lines_of(const Answer& answer) {
    return answer.records.empty() ? answer.data : json::object{{"rows", answer.records}};
}

} // namespace

std::string render(const Answer& answer, const RecordHead& head, const Style& style) {
    switch (style.mode) {
    case OutputMode::json: {
        std::string out;
        append_head(out, head, answer.exit == Exit::ok);
        out += ",\"data\":";
        append_json(out, answer.data);
        if (answer.exit != Exit::ok) {
            out += ",\"error\":";
            json::object error{{"code", answer.no_code},
                               {"exit", static_cast<int>(answer.exit)},
                               {"message", answer.no_message}};
            const auto hint = usual_hint({answer.no_code, answer.exit, answer.no_message, {}, {}}, head.cmd);
            if (!hint.empty()) error["hint"] = hint;
            append_json(out, error);
        }
        return out + "}\n";
    }
    case OutputMode::plain:
        return answer.silent ? std::string() : render_plain(lines_of(answer));
    case OutputMode::csv:
        return answer.silent ? std::string() : render_csv(lines_of(answer), head.promised);
    case OutputMode::human:
        break;
    }
    if (answer.silent) return {};
    if (!answer.view.empty()) return render_human(answer.view, style);
    View made;
    std::vector<std::pair<std::string, Cell>> rows;
    for (const auto& [key, value] : answer.data)
        rows.emplace_back(std::string(key.data(), key.size()), Cell(cell_of(value)));
    made.fields(std::move(rows));
    return render_human(made, style);
}

std::string render_record(const Failure& failure, const RecordHead& head) {
    std::string out;
    append_head(out, head, false);
    json::object error;
    error["code"] = failure.code;
    error["exit"] = static_cast<int>(failure.exit);
    std::string message = failure.message;
    for (const auto& line : failure.details) message += "\n" + line;
    error["message"] = message;
    if (!failure.hint.empty()) error["hint"] = failure.hint;
    for (const auto& [key, value] : failure.extra)
        if (!error.contains(key)) error[key] = value;
    out += ",\"error\":";
    append_json(out, error);
    return out + "}\n";
}

std::string render_message(const Failure& failure, const LineOrigin& origin, bool colour) {
    std::string out;
    // Line 0: nothing was read yet.
    if (!origin.source.empty())
        out += escape_for_display(origin.source) +
               (origin.line > 0 ? ":" + std::to_string(origin.line) : std::string()) + ": ";
    out += coloured("error:", Tone::bad, colour) + " " + without_controls(failure.message) + "\n";
    for (const auto& line : failure.details) out += "  " + without_controls(line) + "\n";
    if (!failure.hint.empty()) out += coloured("  " + failure.hint, Tone::dim, colour) + "\n";
    return out;
}

} // namespace cairn::cli
