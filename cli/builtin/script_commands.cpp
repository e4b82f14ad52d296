// set, unset, alias, run, record, echo, sleep.
#include <base/utf8.hpp>
#include <cli/builtin/builtins.hpp>
#include <cli/grammar/suggest.hpp>
#include <cli/script/live_settings.hpp>
#include <cli/session.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

bool is_name(const std::string& text) {
    return !text.empty() && text.size() <= 64 && !(text[0] >= '0' && text[0] <= '9') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

/// What cairn itself looks at, for `help set`.
std::string settings_help() {
    std::string text = "Settings:";
    for (const auto& each : live_settings())
        text += "\n  `" + std::string(each.key) + "`: " + std::string(each.help) + " (" +
                std::string(each.values) + ")";
    return text;
}

auto unknown_variable(Session& session, const std::string& key) {
    std::vector<std::string> known;
    for (const auto& setting : live_settings()) known.emplace_back(setting.key);
    for (const auto& [name, unused] : session.variables()) known.push_back(name);
    return failure(Exit::not_found, "unknown_variable",
                   "the variable " + escape_for_display(key) + " is not set",
                   did_you_mean(key, known, "`set` shows those there are"));
}

Reply show_variables(Session& session, const Interpreter::Options& options) {
    Answer answer;
    boost::json::array list;
    std::vector<std::pair<std::string, Cell>> rows;
    const auto add = [&](const std::string& key, const std::string& value) {
        list.push_back(boost::json::object{{"key", key}, {"value", value}});
        rows.emplace_back(key, value);
    };
    for (const auto& setting : live_settings()) add(std::string(setting.key), setting.get(options));
    for (const auto& [key, value] : session.variables()) add(key, value);
    answer.data["variables"] = std::move(list);
    answer.view.fields(std::move(rows));
    return answer;
}

Reply set(Session& session, Interpreter& interpreter, const Args& args) {
    if (!args.has("key")) return show_variables(session, interpreter.options());
    const std::string& key = args.text("key");
    if (!is_name(key))
        return bad_argument("KEY", "a name of letters, digits, _ and - is expected, not '" +
                                       escape_for_display(key) + "'");
    const LiveSetting* const setting = live_setting(key);
    Answer answer;
    if (!args.has("value")) {
        const auto found = session.variables().find(key);
        if (setting == nullptr && found == session.variables().end()) return unknown_variable(session, key);
        const std::string value = setting != nullptr ? setting->get(interpreter.options()) : found->second;
        answer.data["key"] = key;
        answer.data["value"] = value;
        answer.view.line(Cell(value));
        return answer;
    }
    const std::string& value = args.text("value");
    if (key == "_") return bad_argument("KEY", "$_ is set by the commands themselves");
    if (setting == nullptr)
        session.variables()[key] = value;
    else if (!setting->set(interpreter.options(), value))
        return bad_argument("VALUE", key + " is " + std::string(setting->values));
    answer.data["key"] = key;
    answer.data["value"] = value;
    answer.silent = true;
    return answer;
}

Reply unset(Session& session, Interpreter& interpreter, const Args& args) {
    const std::string& key = args.text("key");
    if (const auto* setting = live_setting(key)) // which is never without a value: as when the run began
        setting->copy(interpreter.options(), interpreter.first_options());
    else if (session.variables().erase(key) == 0)
        return unknown_variable(session, key);
    Answer answer;
    answer.data["key"] = key;
    answer.silent = true;
    return answer;
}

Reply alias(Interpreter& interpreter, const Args& args) {
    Answer answer;
    auto words = args.rest();
    if (words.empty()) {
        boost::json::array list;
        Table table{{{"alias"}, {"command"}}, {}, "there are no aliases"};
        for (const auto& [name, command] : interpreter.aliases()) {
            list.push_back(boost::json::object{{"name", name}, {"command", command}});
            table.rows.push_back({Cell(name, Tone::strong), Cell(command)});
        }
        answer.data["aliases"] = std::move(list);
        answer.view.table(std::move(table));
        return answer;
    }
    // NAME = COMMAND, also as NAME=COMMAND
    std::string name = words[0];
    words.erase(words.begin());
    if (const auto equals = name.find('='); equals != std::string::npos) {
        if (equals + 1 < name.size()) words.insert(words.begin(), name.substr(equals + 1));
        words.insert(words.begin(), "=");
        name.resize(equals);
    }
    if (words.empty() || words[0] != "=" || words.size() < 2)
        return failure(Exit::usage, "missing_argument", "an alias is made as NAME = COMMAND",
                       "example: alias b = balance");
    if (!is_name(name))
        return bad_argument("NAME", "a name of letters, digits, _ and - is expected, not '" +
                                        escape_for_display(name) + "'");
    if (names_command(interpreter.tree(), name))
        return failure(Exit::failed, "name_taken", name + " is a command already");
    std::string command;
    if (words.size() == 2)
        command = words[1]; // one quoted text
    else
        for (std::size_t i = 1; i < words.size(); ++i)
            command += (command.empty() ? "" : " ") + quote(words[i]);
    interpreter.aliases()[name] = command;
    answer.data["name"] = name;
    answer.data["command"] = command;
    answer.silent = true;
    return answer;
}

Reply run(Interpreter& interpreter, const Args& args) {
    const std::string& file = args.text("file");
    const auto code = interpreter.run_file(file);
    if (!code) return fail(code.error());
    if (*code == Exit::ok || interpreter.exit_requested()) {
        Answer answer;
        answer.data["file"] = file;
        answer.silent = true;
        answer.exit = *code;
        return answer;
    }
    // The line that ended it has been told: its failure is passed on as it is.
    Failure why =
        interpreter.last_failure().value_or(Failure{"script_failed", *code, file + " failed", {}, {}});
    why.exit = *code;
    why.told = true;
    return fail(std::move(why));
}

Reply record(Interpreter& interpreter, const Args& args) {
    const std::string& file = args.text("file");
    if (auto done = interpreter.record(file == "off" ? "" : file); !done)
        return fail(std::move(done.error()));
    Answer answer;
    answer.data["recording"] = file != "off";
    if (file != "off") answer.data["file"] = file;
    answer.silent = true;
    return answer;
}

Reply echo(const Args& args) {
    std::string text;
    for (const auto& word : args.rest()) text += (text.empty() ? "" : " ") + word;
    Answer answer;
    answer.data["text"] = text;
    // Words come back as they were, backslashes too; a text that would steer the terminal is escaped.
    std::string doubled;
    for (const char c : text) doubled += c == '\\' ? std::string("\\\\") : std::string(1, c);
    const auto escaped = escape_for_display(text);
    answer.view.whole((escaped == doubled ? text : escaped) + "\n");
    return answer;
}

/// set, unset, alias.
void add_variable_commands(CommandTree& tree, Interpreter& interpreter) {
    tree.add({"set",
              "show or set variables, which expand as ${KEY}",
              Needs::nothing,
              {{"key", Kind::setting, "a variable, or a setting of cairn", false},
               {"value", Kind::setting_value, "its value", false}},
              {},
              [&](Session& session, const Args& args) { return set(session, interpreter, args); },
              "`$_` is the last id that a command printed.\n" + settings_help(),
              {"set rent 12.5", "send bob ${rent}", "set output json", "set pager off"}});
    tree.add({"unset",
              "forget a variable; a setting is again what it was at the start",
              Needs::nothing,
              {{"key", Kind::setting, "the variable"}},
              {},
              [&](Session& session, const Args& args) { return unset(session, interpreter, args); },
              {},
              {"unset rent", "unset output"}});
    CommandSpec alias_spec{"alias",
                           "show aliases, or make one",
                           Needs::nothing,
                           {},
                           {},
                           [&](Session&, const Args& args) { return alias(interpreter, args); },
                           "What follows the alias on a line is added to its command.",
                           {"alias b = balance", "alias pay = send --priority high"}};
    alias_spec.rest = "NAME = COMMAND";
    alias_spec.rest_required = false;
    tree.add(std::move(alias_spec));
}

} // namespace

bool names_command(const CommandTree& tree, const std::string& name) {
    const auto& all = tree.all();
    return std::any_of(all.begin(), all.end(), [&](const CommandSpec& spec) {
        return spec.path == name || spec.path.compare(0, name.size() + 1, name + " ") == 0;
    });
}

void add_script_commands(CommandTree& tree, Interpreter& interpreter) {
    add_variable_commands(tree, interpreter);
    tree.add({"run",
              "carry out the lines of a file",
              Needs::nothing,
              {{"file", Kind::file, "a script, - is standard input"}},
              {},
              [&](Session&, const Args& args) { return run(interpreter, args); },
              {},
              {"run setup.cairn"}});
    tree.add({"record",
              "append what is typed to a file",
              Needs::nothing,
              {{"file", Kind::out_file, "the file, or off", true, false, {"off"}}},
              {},
              [&](Session&, const Args& args) { return record(interpreter, args); },
              {},
              {"record session.cairn", "record off"}});
    CommandSpec echo_spec{"echo",
                          "print a text",
                          Needs::nothing,
                          {},
                          {},
                          [](Session&, const Args& args) { return echo(args); },
                          {},
                          {"echo \"the rent is ${rent}\""}};
    echo_spec.rest = "TEXT";
    echo_spec.rest_required = false;
    tree.add(std::move(echo_spec));
    tree.add({"sleep",
              "wait for a while",
              Needs::nothing,
              {{"duration", Kind::duration, "250ms, 30s, 5m; a bare number is seconds"}},
              {},
              [](Session& session, const Args& args) -> Reply {
                  constexpr std::uint64_t longest = 1'000ULL * 86'400 * 365; // ms
                  const auto ms = std::min(args.number("duration"), longest);
                  if (auto slept = session.pause(std::chrono::milliseconds(ms)); !slept)
                      return fail(std::move(slept.error()));
                  Answer answer;
                  answer.data["ms"] = ms;
                  answer.silent = true;
                  return answer;
              },
              {},
              {"sleep 500ms"}});
}

} // namespace cairn::cli
