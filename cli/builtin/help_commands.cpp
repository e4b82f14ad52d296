// help, apropos, version, clear, completions, man, exit.
#include <base/version.hpp>
#include <cli/builtin/builtins.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/output/streams.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>

#include <boost/json/object.hpp>

namespace cairn::cli {

namespace {

Answer text_answer(const char* key, std::string text) {
    Answer answer;
    answer.data[key] = text;
    answer.view.text(std::move(text));
    return answer;
}

} // namespace

void add_help_commands(CommandTree& tree, Interpreter& interpreter) {
    CommandSpec help_spec{"help",
                          "what there is, and how it is used",
                          Needs::nothing,
                          {},
                          {},
                          [&tree](Session&, const Args& args) { return help_on(tree, args.rest()); },
                          {},
                          {"help send", "help wallet"}};
    help_spec.rest = "COMMAND";
    help_spec.rest_required = false;
    tree.add(std::move(help_spec));
    tree.add({"apropos",
              "commands that are about a word",
              Needs::nothing,
              {{"word", Kind::text, "what to look for"}},
              {},
              [&tree](Session&, const Args& args) -> Reply { return apropos(tree, args.text("word")); },
              {},
              {"apropos fee"}});
    tree.add({"version", "the version of cairn", Needs::nothing, {}, {}, [](Session&, const Args&) -> Reply {
                  Answer answer;
                  answer.data["version"] = std::string(version);
                  answer.view.line(Cell("cairn " + std::string(version)));
                  return answer;
              }});
    tree.add(
        {"clear", "clear the screen", Needs::nothing, {}, {}, [](Session& session, const Args&) -> Reply {
             if (session.streams().out_is_terminal()) session.streams().out("\x1b[H\x1b[2J");
             Answer answer;
             answer.silent = true;
             return answer;
         }});
    tree.add({"completions",
              "print the completions of a shell",
              Needs::nothing,
              {{"shell", Kind::choice, "which shell", true, false, {"bash", "zsh", "fish"}}},
              {},
              [&tree](Session&, const Args& args) -> Reply {
                  return text_answer("text", shell_completions(tree, args.text("shell")));
              },
              {},
              {"completions bash"}});
    tree.add({"man", "print the man page", Needs::nothing, {}, {}, [&tree](Session&, const Args&) -> Reply {
                  return text_answer("text", man_page(tree));
              }});
    tree.add({"exit",
              "end cairn",
              Needs::nothing,
              {{"code", Kind::number, "the exit code", false}},
              {},
              [&interpreter](Session&, const Args& args) -> Reply {
                  const auto code = args.number_or("code", 0);
                  if (code > 255) return bad_argument("CODE", "an exit code is at most 255");
                  interpreter.request_exit(static_cast<Exit>(code));
                  Answer answer;
                  answer.silent = true;
                  return answer;
              }});
}

void add_builtin_commands(CommandTree& tree, Interpreter& interpreter) {
    add_script_commands(tree, interpreter);
    add_condition_commands(tree, interpreter);
    add_help_commands(tree, interpreter);
}

} // namespace cairn::cli
