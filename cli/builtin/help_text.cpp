#include <cli/builtin/help_text.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/launch/options.hpp>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

std::string noun_of(const CommandSpec& spec) { return spec.path.substr(0, spec.path.find(' ')); }

boost::json::object to_json(const CommandSpec& spec) {
    boost::json::object json;
    json["command"] = spec.path;
    json["usage"] = usage_of(spec);
    json["summary"] = spec.summary;
    return json;
}

std::string option_text(const Option& option) {
    std::string text = option.short_name.empty() ? option.name : option.short_name + ", " + option.name;
    if (!option.value.empty())
        text += option.implied.empty() ? " " + option.value : " [" + option.value + "]";
    return text;
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
    for (const auto& option : options)
        if (!option.hidden) rows.emplace_back(option_text(option), option.help);
    return rows;
}

bool holds(std::string text, std::string word) {
    for (auto* lowered : {&text, &word})
        for (char& c : *lowered)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text.find(word) != std::string::npos;
}

/// The nouns with more than one word, in the order of the tree, then what stands alone.
std::vector<std::string> nouns_of(const CommandTree& tree) {
    std::vector<std::string> nouns;
    for (const auto& spec : tree.all())
        if (!spec.hidden && std::find(nouns.begin(), nouns.end(), noun_of(spec)) == nouns.end())
            nouns.push_back(noun_of(spec));
    return nouns;
}

std::string overview_text(const CommandTree& tree) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& noun : nouns_of(tree)) {
        std::string verbs;
        for (const auto& spec : tree.all())
            if (noun_of(spec) == noun && spec.path != noun && !spec.hidden)
                verbs += (verbs.empty() ? "" : " ") + spec.path.substr(noun.size() + 1);
        const CommandSpec* alone = tree.find(noun);
        const std::string* group = tree.group_summary(noun);
        std::string right = group ? *group : alone ? alone->summary : std::string();
        if (!verbs.empty()) right += (right.empty() ? "" : ": ") + verbs;
        rows.emplace_back(noun, right);
    }
    std::string text = "Commands (`help COMMAND` tells more, `apropos WORD` searches):\n";
    add_columns(text, rows);
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

Answer help_of(const CommandTree&, const CommandSpec& spec) {
    Answer answer;
    answer.data = to_json(spec);
    std::string text = spec.summary.empty() ? std::string() : spec.path + ": " + spec.summary + "\n\n";
    text += "usage: " + usage_of(spec) + "\n";
    std::vector<std::pair<std::string, std::string>> rows;
    boost::json::array arguments;
    for (const auto& positional : spec.positionals) {
        rows.emplace_back(placeholder(positional), positional.help);
        arguments.push_back(boost::json::object{
            {"name", positional.name}, {"help", positional.help}, {"required", positional.required}});
    }
    if (!rows.empty()) {
        text += "\n";
        add_columns(text, rows);
    }
    boost::json::array options;
    for (const auto& option : spec.options)
        if (!option.hidden)
            options.push_back(
                boost::json::object{{"name", option.name}, {"value", option.value}, {"help", option.help}});
    if (!options.empty()) {
        text += "\noptions:\n";
        add_columns(text, option_rows(spec.options));
    }
    if (!spec.details.empty()) text += "\n" + spec.details + (spec.details.back() == '\n' ? "" : "\n");
    boost::json::array examples;
    if (!spec.examples.empty()) text += "\nexamples:\n";
    for (const auto& example : spec.examples) {
        text += "  " + example + "\n";
        examples.emplace_back(example);
    }
    answer.data["arguments"] = std::move(arguments);
    answer.data["options"] = std::move(options);
    answer.data["examples"] = std::move(examples);
    answer.view.text(std::move(text));
    return answer;
}

Reply help_on(const CommandTree& tree, const std::vector<std::string>& words) {
    if (words.empty()) return help_overview(tree);
    std::string path = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) path += " " + words[i];
    if (const CommandSpec* spec = tree.find(path); spec && path.find(' ') != std::string::npos)
        return help_of(tree, *spec);
    std::vector<const CommandSpec*> members;
    for (const auto& spec : tree.all())
        if (noun_of(spec) == path && !spec.hidden) members.push_back(&spec);
    if (members.size() == 1) return help_of(tree, *members.front());
    if (members.empty()) {
        auto match = tree.match(words, false);
        if (!match) return fail(std::move(match.error()));
        return help_of(tree, *match->spec);
    }
    Answer answer;
    std::string text;
    if (const std::string* summary = tree.group_summary(path)) text += path + ": " + *summary + "\n\n";
    std::vector<std::pair<std::string, std::string>> rows;
    boost::json::array commands;
    for (const CommandSpec* spec : members) {
        rows.emplace_back(usage_of(*spec), spec->summary);
        commands.push_back(to_json(*spec));
    }
    add_columns(text, rows);
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
    Table table{{{"command"}, {"what it does"}}, {}, "nothing is about that word"};
    for (const auto& spec : tree.all()) {
        const std::string* group = tree.group_summary(noun_of(spec));
        if (spec.hidden ||
            !holds(spec.path + " " + spec.summary + " " + spec.details + (group ? *group : ""), word))
            continue;
        commands.push_back(to_json(spec));
        table.rows.push_back({Cell(spec.path, Tone::strong), Cell(spec.summary)});
    }
    answer.data["commands"] = std::move(commands);
    answer.view.table(std::move(table));
    return answer;
}

} // namespace cairn::cli
