// help, apropos, version, clear, completions, man, exit.
#include <base/version.hpp>
#include <cli/builtin/builtins.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/commands/files.hpp>
#include <cli/output/streams.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <filesystem>

namespace cairn::cli {

namespace {

Answer text_answer(const char* key, std::string text) {
    Answer answer;
    answer.data[key] = text;
    answer.view.text(std::move(text));
    return answer;
}

/// A directory that is missing is made, with those above it.
Reply write_guide(const CommandTree& tree, const std::string& directory) {
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    Answer answer;
    boost::json::array names;
    for (const auto& [name, text] : guide_pages(tree)) {
        const auto path = std::filesystem::path(directory) / name;
        std::filesystem::remove(path, failed);
        if (auto written = write_whole(path.string(), as_bytes(text)); !written)
            return fail(std::move(written.error()));
        names.emplace_back(name);
    }
    answer.view.line("Wrote " + std::to_string(names.size()) + " pages to " + directory + ".");
    answer.data["pages"] = std::move(names);
    return answer;
}

void add_small_commands(CommandTree& tree) {
    tree.add({"version",
              "the version of cairn",
              Needs::nothing,
              {},
              {},
              [](Session&, const Args&) -> Reply {
                  Answer answer;
                  answer.data["version"] = std::string(version);
                  answer.view.line(Cell("cairn " + std::string(version)));
                  return answer;
              },
              {},
              {"version"}});
    tree.add({"clear",
              "clear the screen",
              Needs::nothing,
              {},
              {},
              [](Session& session, const Args&) -> Reply {
                  if (session.streams().out_is_terminal()) session.streams().out("\x1b[H\x1b[2J");
                  Answer answer;
                  answer.silent = true;
                  return answer;
              },
              {},
              {"clear"}});
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
    add_small_commands(tree);
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
    tree.add({"man",
              "print the man page",
              Needs::nothing,
              {},
              {{"--guide", "DIR", Kind::out_file, "write the guide's pages of all commands there instead"}},
              [&tree](Session&, const Args& args) -> Reply {
                  if (args.has("--guide")) return write_guide(tree, args.text("--guide"));
                  Answer answer = text_answer("text", man_page(tree));
                  answer.viewer = "man -l -"; // where people look; else the page's source
                  return answer;
              },
              "With --guide a page of Markdown for each noun is written, over the one that is there.",
              {"man", "man --guide docs/guide/commands"}});
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
              },
              {},
              {"exit", "exit 3"}});
}

void add_builtin_commands(CommandTree& tree, Interpreter& interpreter) {
    add_script_commands(tree, interpreter);
    add_condition_commands(tree, interpreter);
    add_help_commands(tree, interpreter);
    add_promises(tree);
}

} // namespace cairn::cli
