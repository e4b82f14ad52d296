// The whole tree of commands, as it is made for the program.
#include "catch.hpp"
#include <cli/builtin/builtins.hpp>
#include <cli/builtin/help_text.hpp>
#include <cli/builtin/spec_words.hpp>
#include <cli/commands/commands.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/grammar/suggest.hpp>
#include <cli/launch/options.hpp>
#include <cli/launch/settings.hpp>
#include <cli/launch/signals.hpp>
#include <cli/output/streams.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>

using namespace cairn::cli;

namespace {

/// The tree with all that its handlers refer to; none of them is called.
struct Program {
    Streams streams;
    Signals signals{std::nullopt, false};
    Session session{{}, {}, {}, streams, signals};
    CommandTree tree;
    Interpreter interpreter{session, streams, tree, {}};

    Program() {
        add_commands(tree);
        add_builtin_commands(tree, interpreter);
    }
};

const Variables variables = {
    {"_", "0c718496b4fd3c69d01d8e5b7cf58a57"}, {"rent", "12.5"}, {"signature", "00"}};
const ArgumentContext context = {"crn", "CRN"};

std::vector<std::string> found_by(const CommandTree& tree, const std::string& word) {
    const auto answer = apropos(tree, word);
    std::vector<std::string> paths;
    for (const auto& command : answer.data.at("commands").as_array())
        paths.emplace_back(command.at("command").as_string().c_str());
    return paths;
}

bool has(const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

} // namespace

TEST_CASE("Each command tells what it does, takes and answers", "[cli]") {
    const Program program;
    CHECK(program.tree.all().size() > 80);
    for (const auto& spec : program.tree.all()) {
        if (spec.hidden) continue;
        INFO(spec.path);
        CHECK_FALSE(spec.summary.empty());
        CHECK(spec.summary.back() != '.');
        CHECK_FALSE(spec.examples.empty());
        for (const auto& positional : spec.positionals) {
            INFO(positional.name);
            CHECK_FALSE(positional.help.empty());
        }
        for (const auto& option : spec.options) {
            INFO(option.name);
            CHECK_FALSE(option.help.empty());
        }
        const bool silent = spec.path == "clear" || spec.path == "exit";
        CHECK(spec.data.empty() == silent);
    }
}

TEST_CASE("Each example is a line of its own command that can be read", "[cli]") {
    const Program program;
    for (const auto& spec : program.tree.all()) {
        bool own = spec.hidden;
        for (const auto& example : spec.examples) {
            INFO(spec.path << ": " << example);
            const auto tokens = tokenize(example, &variables);
            REQUIRE(tokens);
            std::vector<std::string> words;
            for (const auto& token : *tokens) words.push_back(token.text);
            const auto match = program.tree.match(words, false);
            REQUIRE(match);
            const auto args = parse_arguments(
                *match->spec, {tokens->begin() + static_cast<std::ptrdiff_t>(match->words), tokens->end()},
                context);
            INFO((args ? "" : args.error().message));
            CHECK(args);
            own = own || match->spec == &spec;
        }
        INFO(spec.path);
        CHECK(own);
    }
}

TEST_CASE("A noun that is a command itself has help of both", "[cli]") {
    const Program program;
    const auto mine = help_on(program.tree, {"mine"});
    REQUIRE(mine);
    CHECK(mine->data.at("examples").as_array().size() >= 2);
    CHECK(mine->data.at("options").as_array().size() >= 1);
    CHECK(mine->data.at("commands").as_array().size() == 5);
    const auto text = mine->view.sections().front().text;
    for (const char* wanted : {"usage: mine [N]", "mine 10 --to bob", "mine start", "mine preview"}) {
        INFO(wanted);
        CHECK(text.find(wanted) != std::string::npos);
    }
    const auto chain = help_on(program.tree, {"chain"});
    REQUIRE(chain);
    CHECK(chain->view.sections().front().text.find("`chain` alone is `chain status`") != std::string::npos);
}

TEST_CASE("apropos looks into summaries, details, arguments, options and examples", "[cli]") {
    const Program program;
    CHECK(has(found_by(program.tree, "bitcoin"), "send") == false);
    CHECK(has(found_by(program.tree, "MNEMONIC"), "wallet restore"));       // an option's name
    CHECK(has(found_by(program.tree, "unencrypted"), "wallet new"));        // an option's help
    CHECK(has(found_by(program.tree, "november.csv"), "history"));          // an example
    CHECK(has(found_by(program.tree, "typed twice"), "wallet new"));        // details
    CHECK(has(found_by(program.tree, "keys of your own"), "wallet show"));  // the group
    CHECK(has(found_by(program.tree, "192 hex digits"), "message verify")); // an argument's help
    CHECK(has(found_by(program.tree, "rent"), "set"));                      // "set rent 12.5"
    CHECK_FALSE(has(found_by(program.tree, "rent"), "wallet use"));         // not in "current"
    const auto documents = found_by(program.tree, "document");
    REQUIRE(documents.size() > 3);
    CHECK(documents.front() == "document add"); // what it is about comes first
}

TEST_CASE("A page of the guide has all that a command takes", "[cli]") {
    const Program program;
    const auto pages = guide_pages(program.tree);
    CHECK(pages.front().first == "README.md");
    CHECK(pages.size() == nouns_of(program.tree).size() + 1);
    for (const auto& spec : program.tree.all()) {
        if (spec.hidden) continue;
        INFO(spec.path);
        const auto at = std::find_if(pages.begin(), pages.end(),
                                     [&](const auto& page) { return page.first == noun_of(spec) + ".md"; });
        REQUIRE(at != pages.end());
        CHECK(at->second.find("\n## " + spec.path + "\n") != std::string::npos);
        for (const auto& option : spec.options) CHECK(at->second.find(option.name) != std::string::npos);
        for (const auto& example : spec.examples) CHECK(at->second.find(example) != std::string::npos);
        for (const auto& reason : spec.exits) CHECK_FALSE(reason.when.empty());
    }
}

TEST_CASE("Lines are wrapped at blanks, and those of a figure are left alone", "[cli]") {
    using Lines = std::vector<std::string>;
    CHECK(wrapped("", 10) == Lines{""});
    CHECK(wrapped("one two three", 8) == Lines{"one two", "three"});
    CHECK(wrapped("one two three", 8, 2) == Lines{"one two", "  three"});
    CHECK(wrapped("one\n\n  a   figure that stays", 8) == Lines{"one", "", "  a   figure that stays"});
    CHECK(wrapped("unbreakable word", 4) == Lines{"unbreakable", "word"});
}

TEST_CASE("What is mistyped is answered with up to three words that are near", "[cli]") {
    CHECK(did_you_mean("alise", {"alice", "bob"}) == "did you mean `alice`?");
    CHECK(did_you_mean("ax", {"ay", "az", "aw", "av"}) == "did you mean `av` or `aw` or `ay`?");
    CHECK(did_you_mean("zzzzzz", {"alice"}, "none") == "none");
    const Program program;
    const auto hint = [&](const std::string& line) {
        const auto tokens = tokenize(line, nullptr);
        std::vector<std::string> words;
        for (const auto& token : *tokens) words.push_back(token.text);
        const auto match = program.tree.match(words, false);
        if (!match) return match.error().hint;
        const auto args = parse_arguments(
            *match->spec, {tokens->begin() + static_cast<std::ptrdiff_t>(match->words), tokens->end()},
            context);
        return args ? std::string("(fine)") : args.error().hint;
    };
    CHECK(hint("blance") == "did you mean `balance`?");
    CHECK(hint("wallet shwo") == "did you mean `show`?");
    CHECK(hint("send bob 1 --mmeo x") == "did you mean `--memo`?");
    CHECK(hint("send bob 1 --priority hihg") == "did you mean `high`?");
    CHECK(hint("balance --jsno") == "did you mean `--json`?");
    CHECK(tokenize("echo ${rnet}", &variables).error().hint == "did you mean `rent`?");
    const auto settings = parse_settings("colour = \"never\"\n", "cairn.toml");
    REQUIRE(settings);
    CHECK(settings->warnings.at(0) == "cairn.toml:1: unknown setting colour; did you mean `color`?");
}
