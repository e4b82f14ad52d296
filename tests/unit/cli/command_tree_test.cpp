#include "catch.hpp"
#include <cli/command.hpp>
#include <cli/grammar/suggest.hpp>

using namespace cairn::cli;

namespace {

CommandTree sample() {
    CommandTree tree;
    for (const char* path : {"wallet new", "wallet list", "wallet use", "send", "mine", "mine start",
                             "mine stop", "chain show", "chain status", "balance", "block show"}) {
        CommandSpec spec;
        spec.path = path;
        tree.add(std::move(spec));
    }
    tree.set_default("chain", "chain status");
    return tree;
}

std::string found(const CommandTree& tree, const std::vector<std::string>& words, bool prefixes = false) {
    const auto match = tree.match(words, prefixes);
    return match ? match->spec->path + "/" + std::to_string(match->words) : match.error().code;
}

} // namespace

TEST_CASE("A line names a command by its words", "[cli]") {
    const auto tree = sample();
    CHECK(found(tree, {"wallet", "new"}) == "wallet new/2");
    CHECK(found(tree, {"send", "bob"}) == "send/1");
    CHECK(found(tree, {"mine"}) == "mine/1");
    CHECK(found(tree, {"mine", "5"}) == "mine/1");
    CHECK(found(tree, {"mine", "stop"}) == "mine stop/2");
}

TEST_CASE("A bare noun lists, or does what was chosen for it", "[cli]") {
    const auto tree = sample();
    CHECK(found(tree, {"wallet"}) == "wallet list/1");
    CHECK(found(tree, {"wallet", "--json"}) == "wallet list/1");
    CHECK(found(tree, {"chain"}) == "chain status/1");
    CHECK(found(tree, {"block"}) == "missing_subcommand");
}

TEST_CASE("Unique prefixes count at the prompt alone", "[cli]") {
    const auto tree = sample();
    CHECK(found(tree, {"w", "n"}, true) == "wallet new/2");
    CHECK(found(tree, {"w", "n"}, false) == "unknown_command");
    CHECK(found(tree, {"b"}, true) == "ambiguous_command");
    CHECK(found(tree, {"bal"}, true) == "balance/1");
    CHECK(found(tree, {"chain", "s"}, true) == "ambiguous_command");
}

TEST_CASE("A mistyped command is answered with what may have been meant", "[cli]") {
    const auto tree = sample();
    const auto hint = [&](const std::vector<std::string>& words) {
        return tree.match(words, false).error().hint;
    };
    CHECK(hint({"wallt"}) == "did you mean `wallet`?");
    CHECK(hint({"sned"}) == "did you mean `send`?");
    CHECK(hint({"wallet", "nwe"}) == "did you mean `new`?");
    CHECK(hint({"xyzzyplugh"}) == "`help` lists the commands");
}

TEST_CASE("The distance between words counts a swap of neighbours once", "[cli]") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "abc") == 0);
    CHECK(edit_distance("abc", "acb") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(suggest("", {"send"}).empty());
    CHECK(suggest(std::string(1'000, 'a'), {"send"}).empty());
}
