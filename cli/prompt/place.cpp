#include <cli/builtin/spec_words.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/prompt/place.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

constexpr unsigned deepest = 16; // commands within commands, aliases of aliases

bool begins(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

/// Fills a place from the tokens in front of the word that is being typed.
class Reader {
  public:
    Reader(const Language& language, Place& place) : language_(language), place_(place) {}

    void command(std::vector<Token> before, unsigned depth) {
        using What = Place::What;
        if (depth == deepest) return;
        const CommandTree& tree = language_.tree;
        if (!before.empty() && before[0].text == "-" && !before[0].quoted) before.erase(before.begin());
        if (before.empty()) {
            place_.what = What::command;
            place_.commands = nouns_of(tree);
            for (const auto& [name, command] : language_.aliases) place_.commands.push_back(name);
            return;
        }
        if (const auto alias = language_.aliases.find(before[0].text);
            !before[0].quoted && alias != language_.aliases.end() && tree.find(before[0].text) == nullptr) {
            auto begun = tokenize_unfinished(alias->second, language_.variables);
            if (!begun) return;
            begun->tokens.insert(begun->tokens.end(), before.begin() + 1, before.end());
            return command(std::move(begun->tokens), depth + 1);
        }
        const auto noun = only_match(nouns_of(tree), before[0].text);
        const auto verbs = verbs_of(tree, noun);
        std::vector<std::string> words = {before[0].text};
        if (before.size() > 1) words.push_back(before[1].text);
        const auto match = tree.match(words, true);
        if (before.size() == 1 && !verbs.empty() && !looks_like_option({place_.word, 0, false})) {
            if (match) place_.spec = match->spec;
            // `mine` takes a number and has verbs: both fit
            if (const auto* alone = tree.find(noun)) arguments(*alone, {}, depth);
            place_.what = What::command;
            place_.commands = verbs;
            place_.nth = 1;
            return;
        }
        if (!match) {
            const bool many = match.error().code == "ambiguous_command";
            place_.passed.push_back(
                {Place::Passed::What::unknown_command, many ? match.error().message : "unknown command"});
            return;
        }
        const auto from = before.begin() + static_cast<std::ptrdiff_t>(match->words);
        arguments(*match->spec, {from, before.end()}, depth);
    }

  private:
    void arguments(const CommandSpec& spec, const std::vector<Token>& before, unsigned depth) {
        place_.spec = &spec;
        std::size_t positionals = 0;
        bool options = true; // no `--` yet
        for (std::size_t i = 0; i < before.size(); ++i) {
            const Token& token = before[i];
            const bool begins_rest = !spec.rest.empty() && positionals == spec.positionals.size();
            if (options && token.text == "--" && !token.quoted) {
                options = false;
                if (begins_rest) return rest(spec, {before.begin() + after(i), before.end()}, depth);
            } else if (options && looks_like_option(token)) {
                const Option* option = find_option(spec, token.text);
                if (!option && begins_rest) return rest(spec, {before.begin() + at(i), before.end()}, depth);
                if (!option) {
                    if (token.text == "-h" || token.text == "--help")
                        place_.given.push_back({"--help", {}, std::string()});
                    else
                        place_.passed.push_back({Place::Passed::What::unknown_option, token.text});
                    continue;
                }
                if (!takes_next(*option, token.text)) {
                    if (const auto text = attached(token.text); !text.empty()) pass(*option, text);
                    place_.given.push_back({option->name, attached(token.text), std::string()});
                } else if (i + 1 == before.size()) {
                    if (value(*option)) return;
                } else if (option->implied.empty() || is_digit(before[i + 1].text)) {
                    pass(*option, before[i + 1].text);
                    place_.given.push_back({option->name, before[++i].text, std::string()});
                }
            } else if (begins_rest) {
                return rest(spec, {before.begin() + at(i), before.end()}, depth);
            } else {
                if (const auto* positional = positional_at(spec, positionals)) {
                    pass(*positional, token.text);
                    place_.given.push_back({positional->name, token.text, std::string()});
                }
                ++positionals;
            }
        }
        current(spec, positionals, options, depth);
    }

    template <typename Argument> void pass(const Argument& argument, const std::string& text) {
        place_.passed.push_back({Place::Passed::What::value, text, argument.kind, &argument.choices});
    }

    /// The word being typed, where no option waits for its value.
    void current(const CommandSpec& spec, std::size_t positionals, bool options, unsigned depth) {
        using What = Place::What;
        place_.nth = positionals;
        const bool dash = place_.begun && !place_.word.empty() && place_.word[0] == '-' &&
                          (place_.word.size() == 1 || looks_like_option({place_.word, 0, false}));
        if (options && dash) {
            const Option* option = find_option(spec, place_.word.size() > 1 ? place_.word : "--");
            const auto equals = place_.word.find('=');
            if (option && equals != std::string::npos && !option->value.empty()) {
                place_.before = place_.word.substr(0, equals + 1);
                place_.word.erase(0, equals + 1);
                value(*option);
                return;
            }
            place_.what = What::option;
            if (option && option->name == place_.word) place_.option = option;
            return;
        }
        place_.positional = positional_at(spec, positionals);
        if (place_.positional)
            place_.what = What::argument;
        else if (!spec.rest.empty())
            rest(spec, {}, depth);
    }

    /// What ends a line as it is: another command, or words of its own.
    void rest(const CommandSpec& spec, std::vector<Token> before, unsigned depth) {
        using What = Place::What;
        const bool alias = spec.rest == "NAME = COMMAND";
        const bool of_command = spec.rest == "COMMAND" || spec.rest == "-- COMMAND";
        if (of_command || (alias && before.size() >= 2)) {
            if (alias) before.erase(before.begin(), before.begin() + 2);
            place_.given.clear();
            place_.spec = nullptr;
            place_.positional = nullptr;
            command(std::move(before), depth + 1);
            if (spec.path == "help" && place_.what != What::command) place_.what = What::nothing;
            if (spec.path == "help") { // it is named, not carried out
                place_.passed.clear();
                place_.spec = nullptr;
                place_.positional = nullptr;
            }
            return;
        }
        place_.what = What::free;
        place_.spec = &spec;
        place_.nth = before.size();
    }

    /// The word is the value of an option; false where it cannot be.
    bool value(const Option& option) {
        place_.may_be_left_out = !option.implied.empty();
        if (place_.may_be_left_out && place_.begun && !is_digit(place_.word)) return false;
        place_.what = Place::What::value;
        place_.option = &option;
        return true;
    }

    static bool is_digit(const std::string& text) {
        return !text.empty() && text[0] >= '0' && text[0] <= '9';
    }
    static bool takes_next(const Option& option, const std::string& text) {
        return !option.value.empty() && (text == option.name || text == option.short_name);
    }
    static std::string attached(const std::string& text) {
        const auto equals = text.find('=');
        if (equals != std::string::npos) return text.substr(equals + 1);
        return text[1] == '-' ? std::string() : text.substr(2);
    }
    static const Positional* positional_at(const CommandSpec& spec, std::size_t place) {
        if (place < spec.positionals.size()) return &spec.positionals[place];
        if (!spec.positionals.empty() && spec.positionals.back().repeats) return &spec.positionals.back();
        return nullptr;
    }
    static std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }
    static std::ptrdiff_t after(std::size_t i) { return static_cast<std::ptrdiff_t>(i + 1); }

    const Language& language_;
    Place& place_;
};

} // namespace

const std::string* Place::find(std::string_view name) const {
    for (const auto& entry : given)
        if (entry.name == name) return &entry.text;
    return nullptr;
}

Place read_place(const Language& language, std::string_view line) {
    Place place;
    place.begin = line.size();
    auto read = tokenize_unfinished(line, language.variables);
    if (!read || read->comment) return place;
    if (read->in_word) {
        place.word = std::move(read->tokens.back().text);
        place.begin = read->tokens.back().position;
        place.begun = true;
        place.quote = read->quote;
        read->tokens.pop_back();
    }
    Reader(language, place).command(std::move(read->tokens), 0);
    return place;
}

std::vector<std::string> verbs_of(const CommandTree& tree, std::string_view noun) {
    std::vector<std::string> verbs;
    const std::string start = std::string(noun) + " ";
    for (const auto& spec : tree.all())
        if (begins(spec.path, start) && !spec.hidden) verbs.push_back(spec.path.substr(start.size()));
    return verbs;
}

std::string only_match(const std::vector<std::string>& words, std::string_view start) {
    std::string found;
    for (const auto& word : words) {
        if (word == start) return word;
        if (start.empty() || !begins(word, start)) continue;
        if (!found.empty()) return {};
        found = word;
    }
    return found;
}

} // namespace cairn::cli
