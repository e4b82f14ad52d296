#include <base/utf8.hpp>
#include <cli/prompt/hint.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

/// The positionals from `from` on, then the options that were not given, then what ends the line.
std::string owed(const CommandSpec& spec, const Place& place, std::size_t from) {
    std::string text;
    const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : " ") + what; };
    if (from > spec.positionals.size() && !spec.positionals.empty() && spec.positionals.back().repeats)
        from = spec.positionals.size() - 1;
    const auto stands_for = [&spec](const std::string& option, std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
            if (spec.positionals[i].unless == option) return true;
        return false;
    };
    for (std::size_t i = from; i < spec.positionals.size(); ++i)
        if (const auto& one = spec.positionals[i]; one.unless.empty() || !place.find(one.unless))
            add(placeholder(one));
    for (const auto& option : spec.options)
        if (!option.hidden && (option.repeats || !place.find(option.name)) &&
            !stands_for(option.name, 0, std::min(from, spec.positionals.size())))
            add(placeholder(option));
    if (!spec.rest.empty()) add(spec.rest_required ? spec.rest : "[" + spec.rest + "]");
    return text;
}

std::string behind_blank(const std::string& text) { return text.empty() ? text : " " + text; }

std::string value_form(const Option& option) {
    if (option.kind == Kind::choice && !option.choices.empty()) return joined(option.choices, "|");
    return option.implied.empty() ? option.value : "[" + option.value + "]";
}

/// A word of a command's name that is not typed to its end.
std::string command_hint(const Place& place) {
    if (place.begun) {
        const auto found = only_match(place.commands, place.word);
        return found.empty() ? found : found.substr(place.word.size());
    }
    if (place.nth == 0) return {}; // an empty line
    const auto own = place.spec && place.positional ? owed(*place.spec, place, 0) + " or " : std::string();
    return own + joined(place.commands, "|");
}

/// What follows a command's name that was typed to its end: as it would be behind a blank.
std::string after_command(const Language& language, std::string_view line, const Known& known) {
    return behind_blank(hint(language, std::string(line) + " ", known));
}

std::string option_hint(const Place& place) {
    if (place.spec == nullptr) return {};
    std::vector<std::string> names;
    for (const auto* list : {&place.spec->options, &common_options()})
        for (const auto& option : *list)
            if (!option.hidden && !place.find(option.name)) names.push_back(option.name);
    if (place.option) return place.option->value.empty() ? "" : " " + value_form(*place.option);
    const auto found = only_match(names, place.word);
    if (found.empty()) return {};
    const Option* option = find_option(*place.spec, found);
    return found.substr(place.word.size()) +
           (option && !option->value.empty() ? " " + value_form(*option) : "");
}

/// The rest of a name, where what is typed begins only one.
std::string rest_of_name(Kind kind, const std::vector<std::string>& choices, const Place& place,
                         const Known& known) {
    std::vector<std::string> names = choices;
    if (kind == Kind::wallet || kind == Kind::recipient)
        names.insert(names.end(), known.wallets.begin(), known.wallets.end());
    if (kind == Kind::contact || kind == Kind::recipient)
        names.insert(names.end(), known.contacts.begin(), known.contacts.end());
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const auto found = only_match(names, place.word);
    return found.size() > place.word.size() ? found.substr(place.word.size()) : std::string();
}

std::string error_hint(const std::string& text) { return "  ✗ " + escape_for_display(text); }

std::string argument_hint(Kind kind, const std::vector<std::string>& choices, const Place& place,
                          const Known& known, const std::string& follows) {
    if (!place.begun) return follows;
    if (place.quote != '\0') return {};
    if (auto rest = rest_of_name(kind, choices, place, known); !rest.empty()) return rest;
    const auto check = check_of(kind, place, known);
    if (check.wrong) return error_hint(check.text);
    return check.text.empty() ? std::string() : "  " + escape_for_display(check.text);
}

std::string hint_at(const Language& language, std::string_view line, const Place& place, const Known& known) {
    using What = Place::What;
    switch (place.what) {
    case What::nothing:
        return {};
    case What::command: {
        const bool whole = place.begun && std::find(place.commands.begin(), place.commands.end(),
                                                    place.word) != place.commands.end();
        if (whole && place.quote == '\0') return after_command(language, line, known);
        auto text = command_hint(place);
        if (text.empty() && place.begun && place.positional) // `mine 5`
            text = argument_hint(place.positional->kind, place.positional->choices, place, known, {});
        return text;
    }
    case What::option:
        return option_hint(place);
    case What::value:
        return argument_hint(place.option->kind, place.option->choices, place, known,
                             value_form(*place.option));
    case What::argument: {
        auto text = argument_hint(place.positional->kind, place.positional->choices, place, known,
                                  owed(*place.spec, place, place.nth));
        if (!text.empty() || place.quote != '\0') return text;
        return behind_blank(owed(*place.spec, place, place.nth + 1));
    }
    case What::free:
        if (place.spec == nullptr || place.begun || place.nth > 0) return {};
        return owed(*place.spec, place, place.spec->positionals.size());
    }
    return {};
}

} // namespace

std::string hint(const Language& language, std::string_view line, const Known& known) {
    const Place place = read_place(language, line);
    if (const auto error = oldest_error(place, known); !error.empty()) {
        auto text = error_hint(error);
        return place.begun ? text : text.substr(1); // behind a blank already
    }
    if (place.what == Place::What::argument || place.what == Place::What::value || !place.spec)
        return hint_at(language, line, place, known);
    // Behind all the positionals there are options alone.
    if (place.what == Place::What::nothing && !place.begun && !place.find("--help"))
        return owed(*place.spec, place, place.spec->positionals.size());
    return hint_at(language, line, place, known);
}

} // namespace cairn::cli
