// The man page: roff, for man(7).
#include <base/version.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/builtin/spec_words.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/launch/options.hpp>

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
        else if (c == '`' || c == '\'')
            out += c == '`' ? "\\(ga" : "\\(aq";
        else if (c == '^' || c == '~')
            out += c == '^' ? "\\(ha" : "\\(ti";
        else
            out += c;
        begins_line = c == '\n';
    }
    return out;
}

std::string item(const std::string& name, const std::string& text) {
    return ".TP\n.B " + roff(name) + "\n" + roff(text) + "\n";
}

void add_lines(std::string& out, const std::vector<std::string>& lines) {
    out += ".RS 4\n.nf\n";
    for (const auto& line : lines) out += roff(line) + "\n";
    out += ".fi\n.RE\n";
}

void add_details(std::string& out, const std::string& details) {
    std::vector<std::string> block;
    for (const auto& line : wrapped(details, 100)) {
        if (!line.empty() && line[0] == ' ') {
            block.push_back(line.substr(2));
            continue;
        }
        if (!block.empty()) add_lines(out, block);
        block.clear();
        out += line.empty() ? ".PP\n" : roff(line) + "\n";
    }
    if (!block.empty()) add_lines(out, block);
}

std::string section(const CommandSpec& spec) {
    std::string out = ".SS " + roff(usage_of(spec)) + "\n" + roff(sentence(spec.summary)) + "\n";
    for (const auto& positional : spec.positionals) out += item(placeholder(positional), positional.help);
    for (const Option* option : shown_options(spec.options)) out += item(option_text(*option), option->help);
    for (const auto& reason : spec.exits)
        out += item("exit code " + std::to_string(static_cast<int>(reason.exit)), std::string(reason.when));
    if (!spec.details.empty()) {
        out += ".PP\n";
        add_details(out, spec.details);
    }
    if (!spec.examples.empty()) {
        out += ".PP\nFor example:\n";
        add_lines(out, spec.examples);
    }
    return out;
}

} // namespace

std::string man_page(const CommandTree& tree) {
    constexpr auto written = "2026-11-21"; // the page's own date: that of the build would differ each time
    std::string out = std::string(".TH CAIRN 1 ") + written + " \"cairn " + std::string(version) +
                      "\" \"User Commands\"\n.nh\n.ad l\n"
                      ".SH NAME\ncairn \\- your own tamper\\-evident ledger and currency\n"
                      ".SH SYNOPSIS\n.B cairn\n[OPTIONS] [COMMAND ARGS...]\n"
                      ".SH DESCRIPTION\nOne grammar everywhere: a command on the argument list, in\n.BR "
                      "\\-c ,\nin a file\n.RB ( \\-f ),\n"
                      "on standard input, or typed at the prompt. Without a command: the lines of standard "
                      "input, or a prompt at a terminal.\n"
                      ".SH OPTIONS\n";
    for (const Option* option : shown_options(launch_spec().options))
        out += item(option_text(*option), option->help);
    out += item("-h, --help", "the options and the commands");
    out += ".SH COMMANDS\nA bare noun lists:\n.B peers\nis\n.BR \"peers list\" .\n"
           "Every command takes these, for its line alone:\n";
    for (const Option* option : shown_options(common_options()))
        out += item(option_text(*option), option->help);
    out += item("-h, --help", "what the command takes and answers");
    for (const auto& spec : tree.all())
        if (!spec.hidden) out += section(spec);
    out += ".SH EXIT STATUS\n";
    for (const auto& reason : exit_codes())
        out += item(std::to_string(static_cast<int>(reason.exit)), std::string(reason.when));
    out += ".SH ENVIRONMENT\n";
    out +=
        item("XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME", "where data, settings and history are kept");
    out += item("TMPDIR", "where --scratch makes its directory");
    out += item("CAIRN_PASSWORD_FILE", "as --password-file");
    out += item("NO_COLOR, TERM", "no colour where NO_COLOR is set, or TERM is dumb");
    out += ".SH FILES\n";
    out += item("$XDG_DATA_HOME/cairn/PROFILE", "the data directory: chain, wallets, contacts");
    out += item("$XDG_CONFIG_HOME/cairn/cairn.toml", "settings");
    out += item("$XDG_STATE_HOME/cairn/history", "what was typed at the prompt");
    return out;
}

} // namespace cairn::cli
