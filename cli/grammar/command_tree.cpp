// Finding a command by the words of a line; where none is found, what may have been meant.
#include <cli/command.hpp>
#include <cli/grammar/suggest.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::cli {

namespace {

std::string first_word(std::string_view path) { return std::string(path.substr(0, path.find(' '))); }

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

/// The word itself where it is known, or the only known one that it begins. `before`: the words in front,
/// each with a blank behind it.
Expected<std::string> resolve(const std::string& typed, const std::vector<std::string>& known, bool prefixes,
                              const std::string& before) {
    if (std::find(known.begin(), known.end(), typed) != known.end()) return typed;
    std::vector<std::string> begun;
    if (prefixes && !typed.empty())
        for (const auto& word : known)
            if (starts_with(word, typed)) begun.push_back(word);
    if (begun.size() == 1) return begun.front();
    if (begun.size() > 1) {
        std::string list;
        for (const auto& word : begun) list += (list.empty() ? "" : ", ") + word;
        return failure(Exit::usage, "ambiguous_command", before + typed + " could be " + list);
    }
    return failure(Exit::usage, "unknown_command", "unknown command: " + before + typed,
                   did_you_mean(typed, known,
                                "`help" + (before.empty() ? "" : " " + before.substr(0, before.size() - 1)) +
                                    "` lists the commands"));
}

} // namespace

void CommandTree::add(CommandSpec spec) {
    if (find(spec.path)) throw std::logic_error("command added twice: " + spec.path);
    const auto word = first_word(spec.path);
    if (!spec.hidden && std::find(nouns_.begin(), nouns_.end(), word) == nouns_.end()) nouns_.push_back(word);
    specs_.push_back(std::move(spec));
}

void CommandTree::promise(std::string_view path, std::string data, std::vector<ExitReason> exits) {
    const auto found =
        std::find_if(specs_.begin(), specs_.end(), [&](const auto& spec) { return spec.path == path; });
    if (found == specs_.end()) throw std::logic_error("there is no command " + std::string(path));
    found->data = std::move(data);
    found->exits = std::move(exits);
}

void CommandTree::set_default(std::string noun, std::string path) {
    defaults_.emplace_back(std::move(noun), std::move(path));
}

void CommandTree::describe_group(std::string noun, std::string summary) {
    groups_.emplace_back(std::move(noun), std::move(summary));
}

const CommandSpec* CommandTree::find(std::string_view path) const {
    const auto found =
        std::find_if(specs_.begin(), specs_.end(), [&](const auto& spec) { return spec.path == path; });
    return found == specs_.end() ? nullptr : &*found;
}

const std::string* CommandTree::group_summary(std::string_view noun) const {
    for (const auto& [name, summary] : groups_)
        if (name == noun) return &summary;
    return nullptr;
}

const std::string* CommandTree::default_of(std::string_view noun) const {
    for (const auto& [name, path] : defaults_)
        if (name == noun) return &path;
    return nullptr;
}

Expected<CommandTree::Match> CommandTree::match(const std::vector<std::string>& words, bool prefixes) const {
    if (words.empty()) return failure(Exit::usage, "missing_command", "no command given");
    for (const auto& spec : specs_)
        if (spec.hidden && spec.path == words[0]) return Match{&spec, 1};
    auto noun = resolve(words[0], nouns_, prefixes, "");
    if (!noun) return fail(std::move(noun.error()));

    std::vector<std::string> verbs;
    const std::string before = *noun + " ";
    for (const auto& spec : specs_)
        if (starts_with(spec.path, before)) verbs.push_back(spec.path.substr(noun->size() + 1));
    const CommandSpec* alone = find(*noun);
    if (verbs.empty()) return Match{alone, 1};

    const bool has_verb = words.size() > 1 && !starts_with(words[1], "-");
    if (has_verb) {
        const auto verb = resolve(words[1], verbs, prefixes, before);
        if (verb) return Match{find(before + *verb), 2};
        if (!alone) return fail(verb.error()); // `mine 5`: the noun takes arguments itself
    }
    if (alone) return Match{alone, 1};
    const std::string* chosen = default_of(*noun);
    if (const CommandSpec* spec = find(chosen ? *chosen : *noun + " list")) return Match{spec, 1};
    std::string list;
    for (const auto& verb : verbs) list += (list.empty() ? "" : ", ") + verb;
    return failure(Exit::usage, "missing_subcommand", *noun + " needs one of: " + list,
                   "see `help " + *noun + "`");
}

} // namespace cairn::cli
