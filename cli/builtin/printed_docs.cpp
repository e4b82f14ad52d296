// The man page and the shells' completions.
#include <base/version.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/launch/options.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cairn::cli {

namespace {

/// Text for roff: hyphens that stay hyphens, no control lines.
std::string roff(std::string_view text) {
    std::string out;
    bool begins_line = true;
    for (const char c : text) {
        if (begins_line && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
        begins_line = c == '\n';
    }
    return out;
}

std::string option_item(const Option& option) {
    std::string item =
        ".TP\n.B " + roff(option.short_name.empty() ? option.name : option.short_name + ", " + option.name);
    if (!option.value.empty()) item += " " + roff(option.value);
    return item + "\n" + roff(option.help) + "\n";
}

struct Words {
    std::vector<std::string> first;
    std::vector<std::pair<std::string, std::string>> verbs;   ///< noun, its verbs
    std::vector<std::pair<std::string, std::string>> options; ///< path, its options
};

Words words_of(const CommandTree& tree) {
    Words words;
    for (const auto& spec : tree.all()) {
        if (spec.hidden) continue;
        const auto blank = spec.path.find(' ');
        const auto noun = spec.path.substr(0, blank);
        if (std::find(words.first.begin(), words.first.end(), noun) == words.first.end())
            words.first.push_back(noun);
        if (blank != std::string::npos) {
            auto at = std::find_if(words.verbs.begin(), words.verbs.end(),
                                   [&](const auto& v) { return v.first == noun; });
            if (at == words.verbs.end()) at = words.verbs.insert(words.verbs.end(), {noun, ""});
            at->second += (at->second.empty() ? "" : " ") + spec.path.substr(blank + 1);
        }
        std::string options;
        for (const auto& option : spec.options)
            if (!option.hidden) options += option.name + " ";
        words.options.emplace_back(spec.path, options + "--help --json");
    }
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string launch_words() {
    std::string text;
    for (const auto& option : launch_spec().options) text += option.name + " ";
    return text + "--help";
}

/// bash and zsh (by bashcompinit) share it.
std::string bash_function(const CommandTree& tree) {
    const Words words = words_of(tree);
    std::string text = "_cairn() {\n"
                       "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" noun=\"\" verb=\"\" i w skip=\"\"\n"
                       "  COMPREPLY=()\n"
                       "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                       "    w=\"${COMP_WORDS[i]}\"\n"
                       "    if [ -n \"$skip\" ]; then skip=\"\"; continue; fi\n"
                       "    case \"$w\" in\n      ";
    bool first = true;
    for (const auto& option : launch_spec().options) {
        if (option.value.empty()) continue;
        text += (first ? "" : "|") + option.name + (option.short_name.empty() ? "" : "|" + option.short_name);
        first = false;
    }
    text += ") [ -z \"$noun\" ] && skip=1;;\n"
            "      -*) ;;\n"
            "      *) if [ -z \"$noun\" ]; then noun=\"$w\"; elif [ -z \"$verb\" ]; then verb=\"$w\"; fi;;\n"
            "    esac\n"
            "  done\n"
            "  local words=\"\"\n"
            "  if [ -z \"$noun\" ]; then\n"
            "    case \"$cur\" in -*) words=\"" +
            launch_words() + "\";; *) words=\"" + joined(words.first) +
            "\";; esac\n"
            "  elif [ \"${cur#-}\" != \"$cur\" ]; then\n"
            "    case \"$noun $verb\" in\n";
    for (const auto& [path, options] : words.options) {
        const bool has_verb = path.find(' ') != std::string::npos;
        text += fmt::format("      \"{}{}) words=\"{}\";;\n", path, has_verb ? "\"" : " \"*", options);
    }
    text += "    esac\n"
            "  elif [ -z \"$verb\" ]; then\n"
            "    case \"$noun\" in\n";
    for (const auto& [noun, verbs] : words.verbs)
        text += fmt::format("      {}) words=\"{}\";;\n", noun, verbs);
    text += "    esac\n"
            "  fi\n"
            "  [ -n \"$words\" ] && COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
            "}\n";
    return text;
}

std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string fish(const CommandTree& tree) {
    const Words words = words_of(tree);
    std::string text = "complete -c cairn -f\n";
    for (const auto& option : launch_spec().options) {
        text += "complete -c cairn -n __fish_use_subcommand -l " + option.name.substr(2);
        if (!option.short_name.empty()) text += " -s " + option.short_name.substr(1);
        if (!option.value.empty()) text += " -r";
        text += " -d " + fish_quoted(option.help) + "\n";
    }
    for (const auto& noun : words.first) {
        const CommandSpec* spec = tree.find(noun);
        const std::string* group = tree.group_summary(noun);
        text += "complete -c cairn -n __fish_use_subcommand -a " + noun;
        if (spec || group) text += " -d " + fish_quoted(group ? *group : spec->summary);
        text += "\n";
    }
    for (const auto& spec : tree.all()) {
        const auto blank = spec.path.find(' ');
        if (spec.hidden) continue;
        const auto noun = spec.path.substr(0, blank);
        std::string condition = "__fish_seen_subcommand_from " + noun;
        if (blank != std::string::npos) {
            text += "complete -c cairn -n '" + condition + "' -a " + spec.path.substr(blank + 1) + " -d " +
                    fish_quoted(spec.summary) + "\n";
            condition += "; and __fish_seen_subcommand_from " + spec.path.substr(blank + 1);
        }
        for (const auto& option : spec.options)
            if (!option.hidden)
                text += "complete -c cairn -n '" + condition + "' -l " + option.name.substr(2) +
                        (option.value.empty() ? "" : " -r") + " -d " + fish_quoted(option.help) + "\n";
    }
    return text;
}

} // namespace

std::string man_page(const CommandTree& tree) {
    std::string page = ".TH CAIRN 1 \"\" \"cairn " + std::string(version) +
                       "\" \"User Commands\"\n"
                       ".SH NAME\ncairn \\- your own tamper\\-evident ledger and currency\n"
                       ".SH SYNOPSIS\n.B cairn\n[OPTIONS] [COMMAND ARGS...]\n"
                       ".SH DESCRIPTION\nOne grammar everywhere: a command on the argument list, in\n.BR "
                       "\\-c ,\nin a file\n.RB ( \\-f ),\n"
                       "on standard input, or typed at the prompt.\n"
                       ".SH OPTIONS\n";
    for (const auto& option : launch_spec().options) page += option_item(option);
    page += ".TP\n.B \\-h, \\-\\-help\nThe options and the commands.\n.SH COMMANDS\n";
    for (const auto& spec : tree.all()) {
        if (spec.hidden) continue;
        page += ".TP\n.B " + roff(usage_of(spec)) + "\n" + roff(spec.summary) + "\n";
        for (const auto& option : spec.options)
            if (!option.hidden) page += ".RS\n" + option_item(option) + ".RE\n";
    }
    page += ".SH EXIT STATUS\n"
            "0 ok, 1 failed, 2 usage, 3 rejected, 4 not found, 5 locked or wrong password, 6 network, 7 "
            "timeout,\n"
            "8 declined or needs \\-\\-yes, 9 assert or expect failed, 10 data directory in use, 11 store "
            "damaged,\n"
            "130 SIGINT, 141 SIGPIPE.\n"
            ".SH ENVIRONMENT\n"
            ".BR XDG_DATA_HOME , \" XDG_CONFIG_HOME\" , \" XDG_STATE_HOME\" ,\n.BR TMPDIR , \" NO_COLOR\" , "
            "\" TERM\" , \" CAIRN_PASSWORD_FILE\" .\n"
            ".SH FILES\n"
            ".I $XDG_DATA_HOME/cairn/PROFILE\nthe data directory,\n"
            ".I $XDG_CONFIG_HOME/cairn/cairn.toml\nsettings,\n"
            ".I $XDG_STATE_HOME/cairn/history\nwhat was typed.\n";
    return page;
}

std::string shell_completions(const CommandTree& tree, std::string_view shell) {
    if (shell == "fish") return fish(tree);
    if (shell == "zsh")
        return "#compdef cairn\nautoload -U +X bashcompinit && bashcompinit\n" + bash_function(tree) +
               "complete -o default -F _cairn cairn\n";
    return bash_function(tree) + "complete -o default -F _cairn cairn\n";
}

} // namespace cairn::cli
