// The guide's pages of commands: Markdown, a file a noun and a section a command, made from the tree and kept
// with the documents. A test compares them with what is made here.
#include <cli/builtin/help_text.hpp>
#include <cli/builtin/spec_words.hpp>
#include <cli/grammar/parser.hpp>

#include <fmt/format.h>

namespace cairn::cli {

namespace {

constexpr std::size_t widest = 100;

std::string code(std::string_view text) {
    std::string out = "`";
    for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c); // a cell's end
    return out + "`";
}

/// Prose of a table's cell or of a paragraph: what Markdown would take for markup stays text. Quoted words
/// are code already.
std::string prose(std::string_view text) {
    std::string out;
    bool quoted = false;
    for (const char c : text) {
        if (c == '`') quoted = !quoted;
        if (c == '|' || (!quoted && (c == '<' || c == '*' || c == '_' || c == '['))) out += '\\';
        out += c;
    }
    return out;
}

void add_block(std::string& out, const std::vector<std::string>& lines) {
    out += "\n```\n";
    for (const auto& line : lines) out += line + "\n";
    out += "```\n";
}

void add_table(std::string& out, const char* head,
               const std::vector<std::pair<std::string, std::string>>& rows) {
    if (rows.empty()) return;
    out += "\n| " + std::string(head) + " | |\n|---|---|\n";
    for (const auto& [left, right] : rows) out += "| " + code(left) + " | " + prose(right) + " |\n";
}

/// Paragraphs as they are; lines that begin with a blank are a block.
void add_details(std::string& out, const std::string& details) {
    std::vector<std::string> block;
    bool in_prose = false;
    for (const auto& line : wrapped(details, widest)) {
        if (!line.empty() && line[0] == ' ') {
            block.push_back(line.substr(2));
            in_prose = false;
            continue;
        }
        if (!block.empty()) add_block(out, block);
        block.clear();
        if (line.empty()) {
            in_prose = false;
            continue;
        }
        if (!in_prose) out += "\n";
        out += prose(line) + "\n";
        in_prose = true;
    }
    if (!block.empty()) add_block(out, block);
}

std::vector<std::pair<std::string, std::string>> rows_of(const std::vector<ExitReason>& reasons) {
    std::vector<std::pair<std::string, std::string>> rows;
    rows.reserve(reasons.size());
    for (const auto& reason : reasons)
        rows.emplace_back(std::to_string(static_cast<int>(reason.exit)), reason.when);
    return rows;
}

std::vector<std::pair<std::string, std::string>> rows_of(const std::vector<Option>& options) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const Option* option : shown_options(options)) rows.emplace_back(option_text(*option), option->help);
    return rows;
}

std::string section(const CommandSpec& spec) {
    std::string out = "\n## " + spec.path + "\n\n" + prose(sentence(spec.summary)) + "\n";
    add_block(out, usage_lines(spec, widest));
    std::vector<std::pair<std::string, std::string>> arguments;
    for (const auto& positional : spec.positionals)
        arguments.emplace_back(placeholder(positional), positional.help);
    add_table(out, "argument", arguments);
    add_table(out, "option", rows_of(spec.options));
    add_details(out, spec.details);
    out += "\nFor example:\n";
    add_block(out, spec.examples);
    out += "\nWith `--json` its data has ";
    out += spec.data.empty() ? "no fields.\n" : "the fields\n";
    if (!spec.data.empty()) add_block(out, wrapped(spec.data, widest, 2));
    add_table(out, "exit code", rows_of(spec.exits));
    return out;
}

std::string page(const CommandTree& tree, const std::string& noun) {
    const auto members = members_of(tree, noun);
    std::string out =
        "# " + noun + "\n\n" + prose(sentence(summary_of(tree, noun))) + " [All commands](README.md)\n";
    const std::string* chosen = tree.default_of(noun);
    if (const CommandSpec* bare = tree.find(chosen ? *chosen : noun + " list"); bare && !tree.find(noun))
        out += "\n`" + noun + "` alone is `" + bare->path + "`.\n";
    for (const CommandSpec* spec : members) out += section(*spec);
    return out;
}

std::string index_page(const CommandTree& tree) {
    std::string out =
        "# Commands\n\n"
        "These pages are made by the program: `cairn man --guide docs/guide/commands` writes them anew.\n\n"
        "| noun | what it is about | commands |\n|---|---|---|\n";
    for (const auto& noun : nouns_of(tree)) {
        std::string verbs;
        for (const CommandSpec* spec : members_of(tree, noun))
            if (spec->path != noun)
                verbs += (verbs.empty() ? "`" : " `") + spec->path.substr(noun.size() + 1) + "`";
        out += fmt::format("| [{0}]({0}.md) | {1} | {2} |\n", noun, prose(summary_of(tree, noun)), verbs);
    }
    out += "\n## Options of every command\n";
    std::vector<std::pair<std::string, std::string>> rows = rows_of(common_options());
    rows.emplace_back("-h, --help", "what the command takes and answers");
    add_table(out, "option", rows);
    out += "\n## Exit codes\n\nThe page of a command names those that it gives of its own; 0, 1, 2, 7 (of "
           "`--timeout`), 10, 11, 130, 141\nand 143 any command can give.\n";
    add_table(out, "exit code", rows_of(exit_codes()));
    out +=
        "\n## Fields\n\nThe data of an answer is written as `name other list:[{name}] texts:[] "
        "inner:{name}`. "
        "A field with a `?` is\nnot always there. Amounts are decimal strings in whole coins, times are RFC "
        "3339 in UTC with\nmilliseconds, ids are lower-case hex.\n";
    return out;
}

} // namespace

std::vector<std::pair<std::string, std::string>> guide_pages(const CommandTree& tree) {
    std::vector<std::pair<std::string, std::string>> pages = {{"README.md", index_page(tree)}};
    for (const auto& noun : nouns_of(tree)) pages.emplace_back(noun + ".md", page(tree, noun));
    return pages;
}

} // namespace cairn::cli
