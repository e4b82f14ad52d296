#include <cli/grammar/parser.hpp>
#include <cli/prompt/completion.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

using Words = std::vector<std::string>;

bool begins(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }
bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

void keep(Words& out, const Words& words, std::string_view start) {
    for (const auto& word : words)
        if (begins(word, start) && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
}

/// `height >= 10`, `tx ID 3`, `synced`.
Words condition_words(const Place& place, const LiveValues& live) {
    static const Words fields = {"height",    "peers",      "mempool", "balance",
                                 "confirmed", "difficulty", "synced",  "tx"};
    static const Words operators = {"==", "!=", ">=", "<=", ">", "<"};
    const std::string* typed = place.find("condition");
    const std::string first = typed ? *typed : std::string();
    if (place.nth == 0) {
        Words words = fields;
        if (place.word.find(':') != std::string::npos)
            for (const auto& name : live(Kind::wallet, place))
                for (const char* field : {"balance:", "confirmed:"}) words.push_back(field + name);
        return words;
    }
    if (first == "tx") return place.nth == 1 ? live(Kind::txid, place) : Words{};
    if (first == "synced") return {};
    if (place.nth == 1) return operators;
    return place.nth == 2 && first == "height" ? live(Kind::height, place) : Words{};
}

Words values_of(Kind kind, const Words& choices, const Place& place, const LiveValues& live) {
    if (kind == Kind::condition) return condition_words(place, live);
    Words words = choices;
    for (auto& value : live(kind, place)) words.push_back(std::move(value));
    if (kind == Kind::amount_or_all) words.emplace_back("all");
    if (kind == Kind::block) words.emplace_back("tip");
    return words;
}

Words option_names(const CommandSpec& spec) {
    Words names;
    for (const auto* list : {&spec.options, &common_options()})
        for (const auto& option : *list)
            if (!option.hidden) names.push_back(option.name);
    names.emplace_back("--help");
    return names;
}

/// What all of them begin with.
std::string common_beginning(const Words& words) {
    std::string common = words.front();
    for (const auto& word : words) {
        const auto end = std::mismatch(common.begin(), common.end(), word.begin(), word.end()).first;
        common.erase(end, common.end());
    }
    while (!common.empty() && !std::all_of(words.begin(), words.end(), [&](const auto& word) {
        return word.size() == common.size() || !is_continuation(word[common.size()]);
    }))
        common.pop_back();
    return common;
}

/// As it has to stand in the line, in the quotes that were opened; `closed`: they are closed behind it.
std::string written(const std::string& text, char opened, bool closed) {
    std::string out;
    if (opened == '"') {
        for (const char c : text)
            out += (std::string_view("$`\"\\").find(c) == std::string_view::npos ? "" : "\\") +
                   std::string(1, c);
        return "\"" + out + (closed ? "\"" : "");
    }
    if (opened == '\0' && (text.empty() || quote(text) == text)) return text;
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return "'" + out + (closed ? "'" : "");
}

/// The last part of a path; other words whole.
std::string shown(const std::string& word, bool file) {
    if (!file || word.size() < 2) return word;
    const auto slash = word.find_last_of('/', word.size() - 2);
    return slash == std::string::npos ? word : word.substr(slash + 1);
}

Kind kind_of(const Place& place) {
    if (place.what == Place::What::value) return place.option->kind;
    return place.positional ? place.positional->kind : Kind::text;
}

} // namespace

Words candidates(const Language& language, const Place& place, const LiveValues& live) {
    using What = Place::What;
    Words out;
    switch (place.what) {
    case What::nothing:
        break;
    case What::command:
        keep(out, place.commands, place.word);
        if (place.positional)
            keep(out, values_of(place.positional->kind, place.positional->choices, place, live), place.word);
        break;
    case What::option:
        keep(out, option_names(*place.spec), place.word);
        break;
    case What::value:
        keep(out, values_of(place.option->kind, place.option->choices, place, live), place.word);
        break;
    case What::argument:
        keep(out, values_of(place.positional->kind, place.positional->choices, place, live), place.word);
        break;
    case What::free:
        if (place.spec->path == "alias" && place.nth == 0)
            for (const auto& [name, command] : language.aliases) keep(out, {name}, place.word);
        break;
    }
    return out;
}

Completion complete(const Language& language, std::string_view line, const LiveValues& live) {
    const Place place = read_place(language, line);
    const Words fit = candidates(language, place, live);
    Completion out{place.begin, std::string(line.substr(place.begin)), {}};
    if (fit.empty()) return out;
    const Kind kind = kind_of(place);
    const bool file = kind == Kind::file || kind == Kind::out_file;
    const std::string common = common_beginning(fit);
    const bool whole = fit.size() == 1 && (common.empty() || (common.back() != '/' && common.back() != ':'));
    // `all` is the whole balance: it is shown, and written once it was begun.
    const bool begun = kind != Kind::amount_or_all || !place.word.empty();
    if (begun && (whole || common.size() > place.word.size()))
        out.text = written(place.before + common, place.quote, whole) + (whole ? " " : "");
    else
        for (const auto& word : fit) out.choices.push_back(shown(word, file));
    return out;
}

} // namespace cairn::cli
