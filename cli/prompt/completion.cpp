#include <cli/grammar/parser.hpp>
#include <cli/grammar/tokenizer.hpp>
#include <cli/prompt/completion.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

bool begins(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

void keep(Completions& out, const std::vector<std::string>& words, std::string_view start) {
    for (const auto& word : words)
        if (begins(word, start) && std::find(out.words.begin(), out.words.end(), word) == out.words.end())
            out.words.push_back(word);
}

std::vector<std::string> verbs_of(const CommandTree& tree, const std::string& noun) {
    std::vector<std::string> verbs;
    for (const auto& spec : tree.all())
        if (begins(spec.path, noun + " ") && !spec.hidden) verbs.push_back(spec.path.substr(noun.size() + 1));
    return verbs;
}

std::vector<std::string> nouns_of(const CommandTree& tree) {
    std::vector<std::string> nouns;
    for (const auto& spec : tree.all()) {
        const auto noun = spec.path.substr(0, spec.path.find(' '));
        if (!spec.hidden && std::find(nouns.begin(), nouns.end(), noun) == nouns.end()) nouns.push_back(noun);
    }
    return nouns;
}

void keep_values(Completions& out, Kind kind, const std::vector<std::string>& choices, std::string_view start,
                 const LiveValues& live) {
    keep(out, choices, start);
    keep(out, live(kind), start);
    if (kind == Kind::amount_or_all) keep(out, {"all"}, start);
    if (kind == Kind::block) keep(out, {"tip"}, start);
    if (kind == Kind::file || kind == Kind::out_file) out.files = true;
}

const Option* option_named(const CommandSpec& spec, const std::string& name) {
    for (const auto* list : {&spec.options, &common_options()})
        for (const auto& option : *list)
            if (option.name == name || (!option.short_name.empty() && option.short_name == name))
                return &option;
    return nullptr;
}

Completions complete_words(const CommandTree& tree, std::vector<std::string> words,
                           const std::string& current, const LiveValues& live);

/// The arguments of a command: `words` are those after its name.
Completions complete_arguments(const CommandTree& tree, const CommandSpec& spec,
                               const std::vector<std::string>& words, const std::string& current,
                               const LiveValues& live) {
    Completions out;
    std::size_t positional = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool rest = !spec.rest.empty() && positional == spec.positionals.size() && words[i][0] != '-';
        if (rest || (words[i] == "--" && !spec.rest.empty())) {
            // `watch balance`, `expect 0 -- balance`, `help wallet`: a command within the command
            const auto from = words.begin() + static_cast<std::ptrdiff_t>(i + (words[i] == "--" ? 1 : 0));
            return complete_words(tree, {from, words.end()}, current, live);
        }
        if (words[i].size() > 1 && words[i][0] == '-') {
            const Option* option = option_named(spec, words[i]);
            if (!option || option->value.empty() || !option->implied.empty()) continue;
            if (i + 1 == words.size()) {
                keep_values(out, option->kind, option->choices, current, live);
                return out;
            }
            ++i;
        } else {
            ++positional;
        }
    }
    if (!current.empty() && current[0] == '-') {
        for (const auto* list : {&spec.options, &common_options()})
            for (const auto& option : *list)
                if (!option.hidden) keep(out, {option.name}, current);
        keep(out, {"--help"}, current);
        return out;
    }
    if (positional < spec.positionals.size()) {
        const auto& at = spec.positionals[positional];
        keep_values(out, at.kind, at.choices, current, live);
    } else if (!spec.positionals.empty() && spec.positionals.back().repeats) {
        keep_values(out, spec.positionals.back().kind, spec.positionals.back().choices, current, live);
    } else if (spec.path == "help" || spec.path == "watch") {
        keep(out, nouns_of(tree), current);
    }
    return out;
}

Completions complete_words(const CommandTree& tree, std::vector<std::string> words,
                           const std::string& current, const LiveValues& live) {
    Completions out;
    if (!words.empty() && words[0] == "-") words.erase(words.begin());
    if (words.empty()) {
        keep(out, nouns_of(tree), current);
        return out;
    }
    const auto verbs = verbs_of(tree, words[0]);
    if (words.size() == 1 && !verbs.empty() && (current.empty() || current[0] != '-'))
        keep(out, verbs, current);
    const auto match = tree.match(words, true);
    if (!match) return out;
    const auto from = words.begin() + static_cast<std::ptrdiff_t>(match->words);
    const auto more = complete_arguments(tree, *match->spec, {from, words.end()}, current, live);
    // `mine` takes a number and has verbs: both are offered
    if (words.size() > 1 || verbs.empty() || tree.find(words[0])) {
        keep(out, more.words, current);
        out.files = out.files || more.files;
    }
    return out;
}

} // namespace

Completions complete(const CommandTree& tree, std::string_view line, const LiveValues& live) {
    const auto tokens = tokenize(line, nullptr);
    if (!tokens) return {};
    std::vector<std::string> words;
    for (const auto& token : *tokens) words.push_back(token.text);
    std::string current;
    const bool blank_before = line.empty() || line.back() == ' ' || line.back() == '\t';
    if (!blank_before && !words.empty()) {
        current = std::move(words.back());
        words.pop_back();
    }
    words.erase(std::remove(words.begin(), words.end(), std::string()), words.end());
    return complete_words(tree, std::move(words), current, live);
}

} // namespace cairn::cli
