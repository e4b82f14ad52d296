#include <cli/builtin/help_text.hpp>
#include <cli/builtin/spec_words.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/launch/options.hpp>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

boost::json::object to_json(const CommandSpec& spec) {
    boost::json::object json;
    json["command"] = spec.path;
    json["usage"] = usage_of(spec);
    json["summary"] = spec.summary;
    return json;
}

void add_columns(std::string& out, const std::vector<std::pair<std::string, std::string>>& rows) {
    constexpr std::size_t widest = 28;
    std::size_t width = 0;
    for (const auto& [left, right] : rows)
        if (left.size() <= widest) width = std::max(width, left.size());
    for (const auto& [left, right] : rows) {
        out += "  " + left;
        if (left.size() > width)
            out += "\n" + std::string(width + 4, ' ');
        else
            out += std::string(width - left.size() + 2, ' ');
        out += right + "\n";
    }
}

std::vector<std::pair<std::string, std::string>> option_rows(const std::vector<Option>& options) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const Option* option : shown_options(options)) rows.emplace_back(option_text(*option), option->help);
    return rows;
}

std::string subcommands_text(const std::vector<const CommandSpec*>& members) {
    std::vector<std::pair<std::string, std::string>> rows;
    rows.reserve(members.size());
    for (const CommandSpec* spec : members) rows.emplace_back(usage_of(*spec), spec->summary);
    std::string text;
    add_columns(text, rows);
    return text;
}

void add_lines(std::string& out, const std::vector<std::string>& lines, const char* before) {
    for (const auto& line : lines) out += before + line + "\n";
}

/// What people read of one command.
std::string command_text(const CommandSpec& spec) {
    constexpr std::size_t width = 78;
    std::string text = spec.summary.empty() ? std::string() : spec.path + ": " + spec.summary + "\n\n";
    add_lines(text, usage_lines(spec, width, "usage: "), "");
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& positional : spec.positionals)
        rows.emplace_back(placeholder(positional), positional.help);
    if (!rows.empty()) text += "\n";
    add_columns(text, rows);
    if (const auto options = option_rows(spec.options); !options.empty()) {
        text += "\noptions:\n";
        add_columns(text, options);
    }
    if (!spec.details.empty()) {
        text += "\n";
        add_lines(text, wrapped(spec.details, width), "");
    }
    if (!spec.examples.empty()) text += "\nexamples:\n";
    add_lines(text, spec.examples, "  ");
    if (!spec.data.empty()) {
        text += "\nfields of the answer's data (--json); ? not always:\n";
        add_lines(text, wrapped(spec.data, width - 2, 2), "  ");
    }
    rows.clear();
    for (const auto& reason : spec.exits)
        rows.emplace_back(std::to_string(static_cast<int>(reason.exit)), reason.when);
    if (!rows.empty()) text += "\nexit codes beside the usual ones:\n";
    add_columns(text, rows);
    return text;
}

boost::json::object details_json(const CommandSpec& spec) {
    boost::json::object json = to_json(spec);
    json["details"] = spec.details;
    boost::json::array arguments, options, examples, exits;
    for (const auto& positional : spec.positionals)
        arguments.push_back(boost::json::object{
            {"name", positional.name}, {"help", positional.help}, {"required", positional.required}});
    for (const Option* option : shown_options(spec.options))
        options.push_back(
            boost::json::object{{"name", option->name}, {"value", option->value}, {"help", option->help}});
    for (const auto& example : spec.examples) examples.emplace_back(example);
    for (const auto& reason : spec.exits)
        exits.push_back(boost::json::object{{"exit", static_cast<int>(reason.exit)}, {"when", reason.when}});
    json["arguments"] = std::move(arguments);
    json["options"] = std::move(options);
    json["examples"] = std::move(examples);
    json["data"] = spec.data;
    json["exits"] = std::move(exits);
    return json;
}

/// Whether a word of the text begins so, in any case: `rent` is not in `current`.
bool holds(std::string text, std::string word) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    for (auto* lowered : {&text, &word})
        for (char& c : *lowered)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        if (at == 0 || !is_letter(text[at - 1]) || word.empty()) return true;
    return false;
}

std::string overview_text(const CommandTree& tree) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& noun : nouns_of(tree)) {
        std::string verbs;
        for (const CommandSpec* spec : members_of(tree, noun))
            if (spec->path != noun) verbs += (verbs.empty() ? "" : " ") + spec->path.substr(noun.size() + 1);
        std::string right = summary_of(tree, noun);
        if (!verbs.empty()) right += (right.empty() ? "" : ": ") + verbs;
        rows.emplace_back(noun, right);
    }
    std::string text = "Commands (`help COMMAND` tells more, `apropos WORD` searches):\n";
    add_columns(text, rows);
    return text;
}

/// All that `apropos` looks through, first what a command is about, then what else is said of it.
std::pair<std::string, std::string> searched(const CommandTree& tree, const CommandSpec& spec) {
    std::pair<std::string, std::string> text{spec.path + " " + spec.summary, spec.details};
    if (const std::string* group = tree.group_summary(noun_of(spec))) text.second += " " + *group;
    for (const auto& positional : spec.positionals)
        text.second += " " + positional.name + " " + positional.help;
    for (const Option* option : shown_options(spec.options))
        text.second += " " + option_text(*option) + " " + option->help;
    for (const auto& example : spec.examples) text.second += " " + example;
    return text;
}

} // namespace

Answer help_overview(const CommandTree& tree) {
    Answer answer;
    boost::json::array commands;
    for (const auto& spec : tree.all())
        if (!spec.hidden) commands.push_back(to_json(spec));
    answer.data["commands"] = std::move(commands);
    answer.view.text(overview_text(tree));
    return answer;
}

Answer help_of(const CommandTree& tree, const CommandSpec& spec) {
    Answer answer;
    answer.data = details_json(spec);
    std::string text = command_text(spec);
    const auto members = members_of(tree, spec.path);
    if (members.size() > 1) { // `mine`: a command, and a noun with others
        boost::json::array commands;
        std::vector<const CommandSpec*> others;
        for (const CommandSpec* member : members) {
            commands.push_back(to_json(*member));
            if (member != &spec) others.push_back(member);
        }
        answer.data["commands"] = std::move(commands);
        text += "\nalso:\n" + subcommands_text(others);
    }
    answer.view.text(std::move(text));
    return answer;
}

Reply help_on(const CommandTree& tree, const std::vector<std::string>& words) {
    if (words.empty()) return help_overview(tree);
    std::string path = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) path += " " + words[i];
    if (const CommandSpec* spec = tree.find(path)) return help_of(tree, *spec);
    const auto members = members_of(tree, path);
    if (members.empty()) {
        auto match = tree.match(words, false);
        if (!match) return fail(std::move(match.error()));
        return help_of(tree, *match->spec);
    }
    if (members.size() == 1) return help_of(tree, *members.front());
    Answer answer;
    std::string text;
    if (const std::string* summary = tree.group_summary(path)) text += path + ": " + *summary + "\n\n";
    boost::json::array commands;
    for (const CommandSpec* spec : members) commands.push_back(to_json(*spec));
    text += subcommands_text(members);
    const std::string* chosen = tree.default_of(path);
    if (const CommandSpec* bare = tree.find(chosen ? *chosen : path + " list"))
        text += "\n`" + path + "` alone is `" + bare->path + "`; `help " + bare->path + "` tells more.\n";
    answer.data["commands"] = std::move(commands);
    answer.view.text(std::move(text));
    return answer;
}

std::string launch_help(const CommandTree& tree) {
    std::string text =
        "cairn: your own tamper-evident ledger and currency in one terminal program\n\n"
        "usage: cairn [OPTIONS] [COMMAND ARGS...]\n\n"
        "Without a command: the lines of standard input, or a prompt at a terminal.\n\noptions:\n";
    auto rows = option_rows(launch_spec().options);
    rows.emplace_back("-h, --help", "this text");
    add_columns(text, rows);
    return text + "\n" + overview_text(tree);
}

Answer apropos(const CommandTree& tree, const std::string& word) {
    Answer answer;
    boost::json::array commands;
    Table table{{{"command"}, {"what it does"}}, {}, "nothing is about that word; `help` lists the commands"};
    for (const bool first : {true, false})
        for (const auto& spec : tree.all()) {
            const auto [about, more] = searched(tree, spec);
            if (spec.hidden || holds(about, word) != first || !(first || holds(more, word))) continue;
            commands.push_back(to_json(spec));
            table.rows.push_back({Cell(spec.path, Tone::strong), Cell(spec.summary)});
        }
    answer.data["commands"] = std::move(commands);
    answer.view.table(std::move(table));
    return answer;
}

} // namespace cairn::cli
