#include <cli/builtin/spec_words.hpp>
#include <cli/grammar/parser.hpp>

#include <algorithm>

namespace cairn::cli {

std::string noun_of(const CommandSpec& spec) { return spec.path.substr(0, spec.path.find(' ')); }

std::vector<std::string> nouns_of(const CommandTree& tree) {
    std::vector<std::string> nouns;
    for (const auto& spec : tree.all())
        if (!spec.hidden && std::find(nouns.begin(), nouns.end(), noun_of(spec)) == nouns.end())
            nouns.push_back(noun_of(spec));
    return nouns;
}

std::vector<const CommandSpec*> members_of(const CommandTree& tree, std::string_view noun) {
    std::vector<const CommandSpec*> members;
    for (const auto& spec : tree.all())
        if (!spec.hidden && noun_of(spec) == noun) members.push_back(&spec);
    return members;
}

std::string summary_of(const CommandTree& tree, const std::string& noun) {
    if (const std::string* group = tree.group_summary(noun)) return *group;
    const CommandSpec* alone = tree.find(noun);
    return alone ? alone->summary : std::string();
}

std::string sentence(std::string summary) {
    if (!summary.empty() && summary[0] >= 'a' && summary[0] <= 'z')
        summary[0] = static_cast<char>(summary[0] - 'a' + 'A');
    return summary + ".";
}

std::string option_text(const Option& option) {
    std::string text = option.short_name.empty() ? option.name : option.short_name + ", " + option.name;
    if (!option.value.empty())
        text += option.implied.empty() ? " " + option.value : " [" + option.value + "]";
    return text;
}

std::vector<const Option*> shown_options(const std::vector<Option>& options) {
    std::vector<const Option*> shown;
    for (const auto& option : options)
        if (!option.hidden) shown.push_back(&option);
    return shown;
}

const std::vector<ExitReason>& exit_codes() {
    static const std::vector<ExitReason> codes = {{Exit::ok, "done"},
                                                  {Exit::failed, "failed, or the answer is no"},
                                                  {Exit::usage, "a wrong command or argument"},
                                                  {Exit::rejected, "refused by a rule, or for lack of funds"},
                                                  {Exit::not_found, "not found"},
                                                  {Exit::locked, "locked, or a wrong password"},
                                                  {Exit::network, "the network: a port, a peer"},
                                                  {Exit::timeout, "not in time"},
                                                  {Exit::declined, "declined, or needs --yes"},
                                                  {Exit::assertion, "assert or expect failed"},
                                                  {Exit::in_use, "the data directory is in use"},
                                                  {Exit::damaged, "the store is damaged"},
                                                  {Exit::interrupted, "interrupted by Ctrl-C"},
                                                  {Exit::closed_pipe, "nobody reads the output any more"},
                                                  {Exit::terminated, "ended by SIGTERM or SIGHUP"}};
    return codes;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::vector<std::string> lines;
    while (true) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view rest = text.substr(0, end);
        std::string margin;
        while (rest.size() + margin.size() > width && rest.front() != ' ') {
            auto at = rest.rfind(' ', width - margin.size());
            if (at == std::string_view::npos) at = rest.find(' ');
            if (at == std::string_view::npos) break;
            lines.push_back(margin + std::string(rest.substr(0, at)));
            rest.remove_prefix(at + 1);
            margin.assign(indent, ' ');
        }
        lines.push_back(margin + std::string(rest));
        if (end == text.size()) return lines;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string> usage_lines(const CommandSpec& spec, std::size_t width, const std::string& before) {
    constexpr char tied = '\x01'; // a blank that is none to `wrapped`
    std::string usage = before + usage_of(spec);
    int depth = 0;
    for (char& c : usage) {
        if (c == '[') ++depth;
        if (c == ']') --depth;
        if (c == ' ' && depth > 0) c = tied;
    }
    auto lines = wrapped(usage, width, 4);
    for (auto& line : lines) std::replace(line.begin(), line.end(), tied, ' ');
    return lines;
}

} // namespace cairn::cli
