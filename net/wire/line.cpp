#include <wire/line.hpp>

#include <algorithm>

namespace cairn::net {
namespace {

/// Takes the next word off `rest`; empty at the end. Any number of blanks divides words.
std::string_view take_word(std::string_view& rest) {
    const std::size_t from = std::min(rest.find_first_not_of(' '), rest.size());
    const std::size_t to = std::min(rest.find(' ', from), rest.size());
    const std::string_view word = rest.substr(from, to - from);
    rest.remove_prefix(to);
    return word;
}

constexpr std::string_view body_key = "body=";

std::optional<std::uint64_t> read_length(std::string_view digits) {
    if (digits.empty()) return std::nullopt;
    std::uint64_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, value);
    if (at != end || error == std::errc::invalid_argument) return std::nullopt;
    return error == std::errc{} ? value : UINT64_MAX;
}

bool has_duplicates(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
    std::vector<std::string_view> keys;
    keys.reserve(fields.size());
    for (const auto& [key, value] : fields) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

} // namespace

Result<LineHead, std::string> read_line_head(std::string_view line) {
    LineHead out;
    out.verb = take_word(line);
    for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
        if (out.body) return fail(std::string("body-not-last"));
        if (!word.starts_with(body_key)) continue;
        out.body = read_length(word.substr(body_key.size()));
        if (!out.body) return fail(std::string("bad-body-length"));
    }
    return out;
}

bool is_http(std::string_view line) {
    std::size_t count = 0;
    for (auto word = take_word(line); !word.empty(); word = take_word(line), ++count)
        if (word.starts_with("HTTP/") || (count == 1 && word.starts_with('/'))) return true;
    return false;
}

Fields::Fields(std::string_view line) {
    (void)take_word(line);
    for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
        const std::size_t equals = word.find('=');
        if (equals == 0 || equals == std::string_view::npos) {
            fail("no-key=value");
            continue;
        }
        fields_.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    if (has_duplicates(fields_)) fail("duplicate-key");
}

std::optional<std::string_view> Fields::find(std::string_view key) const {
    const auto found =
        std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return field.first == key; });
    return found == fields_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string_view> Fields::required(std::string_view key) {
    const auto out = find(key);
    if (!out) fail("missing-" + std::string(key));
    return out;
}

std::vector<ByteArray<32>> Fields::ids(std::string_view key, std::size_t most) {
    std::vector<ByteArray<32>> out;
    const auto text = required(key);
    if (!text) return out;
    const auto commas = static_cast<std::size_t>(std::count(text->begin(), text->end(), ','));
    if (commas >= most) {
        fail("too-many-ids");
        return out;
    }
    out.reserve(commas + 1);
    for (std::size_t from = 0; from <= text->size();) {
        const std::size_t to = std::min(text->find(',', from), text->size());
        out.push_back(read_hex<32>(key, text->substr(from, to - from)));
        from = to + 1;
    }
    return out;
}

bool lists(std::string_view list, std::string_view word) {
    for (std::size_t from = 0; from <= list.size();) {
        const std::size_t to = std::min(list.find(',', from), list.size());
        if (list.substr(from, to - from) == word) return true;
        from = to + 1;
    }
    return false;
}

} // namespace cairn::net
