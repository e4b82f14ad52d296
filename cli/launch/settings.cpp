#include <base/time.hpp>
#include <base/utf8.hpp>
#include <cli/grammar/suggest.hpp>
#include <cli/launch/settings.hpp>
#include <store/posix_filesystem.hpp>

#include <algorithm>
#include <charconv>

namespace cairn::cli {

namespace {

constexpr std::size_t longest_file = 1u << 20; // bytes

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

class Reader {
  public:
    explicit Reader(std::string_view file) : file_(file) {}

    Expected<void> line(std::string_view text) {
        ++line_;
        text = trimmed(text);
        if (text.empty() || text[0] == '#') return {};
        if (text[0] == '[') {
            const auto end = text.find(']');
            if (end == std::string_view::npos) return refuse("the table's name has no ]");
            table_ = std::string(trimmed(text.substr(1, end - 1)));
            if (table_ != "alias") warn("unknown table [" + escape_for_display(table_) + "]");
            return {};
        }
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) return refuse("`key = value` is expected");
        auto value = read_text(trimmed(text.substr(equals + 1)));
        if (!value) return fail(std::move(value.error()));
        return set(std::string(trimmed(text.substr(0, equals))), *value);
    }

    ReadSettings read;

  private:
    Expected<void> refuse(const std::string& why) const {
        return failure(Exit::usage, "bad_settings",
                       std::string(file_) + ":" + std::to_string(line_) + ": " + why);
    }
    void warn(const std::string& what) {
        read.warnings.push_back(std::string(file_) + ":" + std::to_string(line_) + ": " + what);
    }

    /// A value's text: a string without its quotes, anything else up to a comment.
    Expected<std::string> read_text(std::string_view text) const {
        if (text.empty() || (text[0] != '"' && text[0] != '\''))
            return std::string(trimmed(text.substr(0, text.find('#'))));
        std::string value;
        std::size_t at = 1;
        for (; at < text.size() && text[at] != text[0]; ++at) {
            if (text[0] == '"' && text[at] == '\\' && at + 1 < text.size()) ++at;
            value += text[at];
        }
        if (at >= text.size()) return fail(refuse("the quote is not closed").error());
        const auto after = trimmed(text.substr(at + 1));
        if (!after.empty() && after[0] != '#') return fail(refuse("something follows the value").error());
        return value;
    }

    template <typename Number>
    Expected<void> set_number(Number& into, const std::string& value, Number least) {
        Number number{};
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc() || end != value.data() + value.size() || number < least)
            return refuse("a whole number of at least " + std::to_string(least) + " is expected");
        into = number;
        return {};
    }

    Expected<void> set_flag(bool& into, const std::string& key, const std::string& value) const {
        if (value != "true" && value != "false") return refuse(key + " is true or false");
        into = value == "true";
        return {};
    }

    Expected<void> set(const std::string& key, const std::string& value) {
        Settings& settings = read.settings;
        if (table_ == "alias") {
            settings.aliases[key] = value;
        } else if (!table_.empty()) {
            return {}; // the table was warned of
        } else if (key == "output") {
            settings.output = output_mode_from(value);
            if (!settings.output) return refuse("output is human, plain, csv or json");
        } else if (key == "color") {
            if (value != "auto" && value != "always" && value != "never")
                return refuse("color is auto, always or never");
            settings.colour = value;
        } else if (key == "network") {
            settings.network = value;
        } else if (key == "history") {
            return set_flag(settings.history, key, value);
        } else if (key == "hints") {
            return set_flag(settings.hints, key, value);
        } else if (key == "pager") {
            if (value.empty()) return refuse("pager is a command, auto or off");
            settings.pager = value;
        } else if (key == "lock_after") {
            if (!set_lock_after(settings.lock_after, value))
                return refuse("lock_after is a time such as 15m, or off");
        } else if (key == "max_reorg") {
            return set_number<std::uint32_t>(settings.max_reorg, value, 0);
        } else if (key == "mining_threads") {
            return set_number<unsigned>(settings.mining_threads, value, 1);
        } else if (key == "cache") {
            if (auto set = set_number(settings.cache_mib, value, least_cache_mib); !set) return set;
            if (settings.cache_mib > most_cache_mib)
                return refuse("cache is at most " + std::to_string(most_cache_mib) + " MiB");
        } else {
            const auto hint = did_you_mean(key, {"output", "color", "network", "history", "pager", "hints",
                                                 "lock_after", "max_reorg", "mining_threads", "cache"});
            warn("unknown setting " + escape_for_display(key) + (hint.empty() ? "" : "; " + hint));
        }
        return {};
    }

    std::string_view file_;
    std::size_t line_ = 0;
    std::string table_;
};

} // namespace

bool set_lock_after(std::optional<std::chrono::milliseconds>& limit, const std::string& value) {
    constexpr std::uint64_t longest_ms = 1'000ULL * 86'400 * 3'650; // ten years: no overflow in a clock
    if (value == "off") {
        limit.reset();
        return true;
    }
    const auto ms = parse_duration_ms(value);
    if (!ms || *ms == 0) return false;
    limit = std::chrono::milliseconds(std::min(*ms, longest_ms));
    return true;
}

Expected<ReadSettings> parse_settings(std::string_view text, std::string_view file) {
    if (!is_utf8(text)) return failure(Exit::usage, "bad_settings", std::string(file) + ": not UTF-8 text");
    Reader reader(file);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (auto fine = reader.line(text.substr(0, end)); !fine) return fail(std::move(fine.error()));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(reader.read);
}

Expected<ReadSettings> read_settings(const std::filesystem::path& file) {
    store::PosixFileSystem files;
    if (file.empty() || !files.exists(file)) return ReadSettings{};
    const Bytes bytes = store::read_file(files, file, longest_file);
    return parse_settings(as_text(bytes), file.string());
}

} // namespace cairn::cli
