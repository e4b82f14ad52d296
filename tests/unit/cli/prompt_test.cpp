// Completion and hints of the line being typed: what fits at its end.
#include "catch.hpp"
#include "support/builders.hpp"
#include <cli/builtin/builtins.hpp>
#include <cli/commands/commands.hpp>
#include <cli/launch/options.hpp>
#include <cli/launch/settings.hpp>
#include <cli/launch/signals.hpp>
#include <cli/output/streams.hpp>
#include <cli/prompt/completion.hpp>
#include <cli/prompt/hint.hpp>
#include <cli/prompt/layout.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/session.hpp>

#include <set>

using namespace cairn;
using namespace cairn::cli;

namespace {

using Words = std::vector<std::string>;

/// The tree of the program, as it is at the prompt.
class WholeTree {
  public:
    WholeTree()
        : signals_(std::nullopt, false),
          session_(LaunchOptions{}, {}, {}, streams_, signals_),
          interpreter_(session_, streams_, tree, {}) {
        add_commands(tree);
        add_builtin_commands(tree, interpreter_);
    }

  private:
    Streams streams_;
    Signals signals_;
    Session session_;

  public:
    CommandTree tree;

  private:
    Interpreter interpreter_;
};

const CommandTree& tree() {
    static const WholeTree whole;
    return whole.tree;
}

const Aliases aliases = {{"pay", "send --priority high"}, {"b", "balance"}};

/// One or two values of each kind of which there can be some.
Words live(Kind kind, const Place& place) {
    switch (kind) {
    case Kind::wallet:
        return {"alice", "savings"};
    case Kind::contact:
        return {"bob"};
    case Kind::recipient:
        return {"alice", "bob", "savings"};
    case Kind::address:
    case Kind::some_address:
        return {"dcrn1qqq"};
    case Kind::txid:
    case Kind::hash:
    case Kind::document:
    case Kind::branch:
        return {"00aa"};
    case Kind::height:
    case Kind::block:
        return {"41", "42"};
    case Kind::peer:
    case Kind::refused_peer:
    case Kind::endpoint:
        return {"10.0.0.1:9401"};
    case Kind::file:
    case Kind::out_file:
        return {"a folder/", "it's.csv", "pay \"$1\".csv", "plain.csv"};
    case Kind::setting:
        return {"output", "rent"};
    case Kind::setting_value:
        return place.find("key") && *place.find("key") == "output" ? Words{"human", "json"} : Words{};
    default:
        return {};
    }
}

Completion completed(std::string_view line) { return complete({tree(), aliases}, line, live); }

/// The line after Tab, with what is to be chosen from behind it.
std::string tab(std::string_view line) {
    const auto done = completed(line);
    std::string text = std::string(line.substr(0, done.begin)) + done.text;
    for (const auto& choice : done.choices) text += "|" + choice;
    return text;
}

Known known() {
    Known out;
    out.context = {"dcrn", "DCRN"};
    out.tip = 42;
    out.wallets = {"alice", "savings"};
    out.contacts = {"bob"};
    out.owners = {{test::address_of(1), "wallet alice"}, {test::address_of(2), "contact bob"}};
    out.available = [](const std::string& wallet) -> std::optional<Amount> {
        if (wallet == "savings") return test::coins(5);
        if (!wallet.empty()) return std::nullopt;
        return Amount::from_units(13'750'000'000);
    };
    return out;
}

std::string hinted(std::string_view line, const Variables& variables = {}) {
    return hint({tree(), aliases, &variables}, line, known());
}

} // namespace

TEST_CASE("Tab completes commands, options and values", "[cli][prompt]") {
    CHECK(tab("sen") == "send ");
    CHECK(tab("wa") == "wa|wallet|wait|watch");
    CHECK(tab("wallet ren") == "wallet rename ");
    CHECK(tab("wal ren") == "wal rename ");
    CHECK(tab("send a") == "send alice ");
    CHECK(tab("send bob a") == "send bob all ");
    CHECK(tab("send bob ") == "send bob |all"); // never an amount that nobody typed
    CHECK(tab("send bob \"") == "send bob \"|all");
    CHECK(tab("pay bob --from savings ") == "pay bob --from savings |all");
    CHECK(tab("send bob 5 --pri") == "send bob 5 --priority ");
    CHECK(tab("send bob 5 --priority l") == "send bob 5 --priority low ");
    CHECK(tab("send bob 5 --priority=h") == "send bob 5 --priority=high ");
    CHECK(tab("send bob 5 --from s") == "send bob 5 --from savings ");
    CHECK(tab("send bob 5 --wait ") == "send bob 5 --wait ");
    CHECK(tab("watch -n 5 send b") == "watch -n 5 send bob ");
    CHECK(tab("expect 0 -- bal") == "expect 0 -- balance ");
    CHECK(tab("help wal") == "help wallet ");
    CHECK(tab("help wallet ren") == "help wallet rename ");
    CHECK(tab("- bal") == "- balance ");
    CHECK(tab("mine sta") == "mine sta|start|status");
    CHECK(tab("balance # a") == "balance # a");
    CHECK(tab("nonsense a") == "nonsense a");
}

TEST_CASE("Tab follows aliases, settings and conditions", "[cli][prompt]") {
    CHECK(tab("pa") == "pay ");
    CHECK(tab("pay b") == "pay bob ");
    CHECK(tab("pay bob 5 --f") == "pay bob 5 --f|--from|--fee|--file");
    CHECK(tab("alias pa") == "alias pay ");
    CHECK(tab("alias x = bal") == "alias x = balance ");
    CHECK(tab("set out") == "set output ");
    CHECK(tab("set output j") == "set output json ");
    CHECK(tab("wait hei") == "wait height ");
    CHECK(tab("wait height ") == "wait height |==|!=|>=|<=|>|<");
    CHECK(tab("wait balance:a") == "wait balance:alice ");
    CHECK(tab("wait tx ") == "wait tx 00aa ");
    CHECK(tab("node listen a") == "node listen auto ");
}

TEST_CASE("What Tab writes is read back as it is", "[cli][prompt]") {
    CHECK(tab("run pl") == "run plain.csv ");
    CHECK(tab("run a") == "run 'a folder/");
    CHECK(tab("run 'a fo") == "run 'a folder/");
    CHECK(tab("run \"a fo") == "run \"a folder/");
    CHECK(tab("run p") == "run p|pay \"$1\".csv|plain.csv");
    for (const char* line :
         {"run it", "run 'it", "run \"it", "run 'pay \"", "run \"pay", "run pa", "run it\\'"}) {
        INFO(line);
        const auto tokens = tokenize(tab(line), nullptr);
        REQUIRE(tokens);
        REQUIRE(tokens->size() == 2);
        CHECK((tokens->back().text == "it's.csv" || tokens->back().text == "pay \"$1\".csv"));
    }
}

TEST_CASE("Every argument and option of the tree completes what there is of its kind", "[cli][prompt]") {
    // Of these there is nothing to offer: they are new, or numbers and texts of the user's own.
    const std::set<Kind> free = {Kind::text, Kind::number,   Kind::count, Kind::amount,
                                 Kind::fee,  Kind::duration, Kind::date,  Kind::new_name};
    std::size_t checked = 0;
    const auto check = [&](const std::string& line, Kind kind, bool has_choices) {
        if (free.count(kind) > 0 && !has_choices) return;
        INFO(line);
        const Language language{tree(), aliases};
        CHECK_FALSE(candidates(language, read_place(language, line), live).empty());
        ++checked;
    };
    for (const auto& spec : tree().all()) {
        if (spec.hidden) continue;
        std::string line = spec.path + " ";
        for (const auto& positional : spec.positionals) {
            check(line, positional.kind, !positional.choices.empty());
            line += positional.name == "key" ? "output " : "x ";
        }
        for (const auto& option : spec.options)
            if (!option.value.empty())
                check(spec.path + " " + option.name + " ", option.kind, !option.choices.empty());
        check(spec.path + " --", Kind::choice, true);
    }
    CHECK(checked > 100);
}

TEST_CASE("A hint tells the arguments still owed", "[cli][prompt]") {
    CHECK(hinted("").empty());
    CHECK(hinted("send ").rfind("TO AMOUNT|all [--from WALLET]", 0) == 0);
    CHECK(hinted("send --file rows.csv ").rfind("[--from WALLET]", 0) == 0);
    CHECK(hinted("send bob ").find("--file") == std::string::npos);
    CHECK(hinted("send").rfind(" TO AMOUNT|all [--from WALLET]", 0) == 0);
    CHECK(hinted("send bob ").rfind("AMOUNT|all [--from WALLET]", 0) == 0);
    CHECK(hinted("send bob --from savings ").rfind("AMOUNT|all [--fee A]", 0) == 0);
    CHECK(hinted("send bob 5 --fee ") == "A");
    CHECK(hinted("send bob 5 --fee") == " A");
    CHECK(hinted("send bob 5 --pri") == "ority low|normal|high");
    CHECK(hinted("send bob 5 --priority ") == "low|normal|high");
    CHECK(hinted("send bob 5 --wait ") == "[N]");
    CHECK(hinted("contacts add ") == "NAME ADDRESS");
    CHECK(hinted("contacts add carol ") == "ADDRESS");
    CHECK(hinted("contacts add carol") == " ADDRESS");
    CHECK(hinted("pay ").rfind("TO AMOUNT|all", 0) == 0);
    CHECK(hinted("pay ").find("--priority") == std::string::npos); // the alias gives it
    CHECK(hinted("watch balance ").rfind("[WALLET]", 0) == 0);
    CHECK(hinted("help send ").empty());
    CHECK(hinted("echo ") == "[TEXT]");
    CHECK(hinted("sleep 5s 6").empty());
}

TEST_CASE("A hint tells the rest of a name", "[cli][prompt]") {
    CHECK(hinted("bal") == "ance");
    CHECK(hinted("wallet ren") == "ame");
    CHECK(hinted("wa").empty()); // wallet, wait, watch
    CHECK(hinted("wallet ").find("new|") != std::string::npos);
    CHECK(hinted("send bo") == "b");
    CHECK(hinted("send bob 5 --from sa") == "vings");
    CHECK(hinted("send bob 5 --priority h") == "igh");
}

TEST_CASE("A hint compares an amount with what there is to spend", "[cli][prompt]") {
    CHECK(hinted("send bob 12") == "  of 137.5 available");
    CHECK(hinted("send bob 137.5") == "  of 137.5 available");
    CHECK(hinted("send bob 137.50000001") == "  ✗ more than the 137.5 available");
    CHECK(hinted("send bob 12 --fee 200") == "  ✗ more than the 137.5 available");
    CHECK(hinted("send --from savings bob 6") == "  ✗ more than the 5 available");
    CHECK(hinted("send bob all") == "  137.5 available");
    CHECK(hinted("send bob ${rent}", {{"rent", "200"}}) == "  ✗ more than the 137.5 available");
    CHECK(hinted("send bob 1e3").find("not an amount") != std::string::npos);
    CHECK(hinted("send bob -1").find("not an amount") != std::string::npos);
    CHECK(hinted("send bob 0.000000001").find("not an amount") != std::string::npos);
    CHECK(hinted("send bob 0.00000000") == "  ✗ it must be more than zero");
    for (const char* unfinished : {"0", "0.", "0.0", "12.", "5D", "5dcr", "al"}) {
        INFO(unfinished);
        CHECK(hinted(std::string("send bob ") + unfinished).find("amount") == std::string::npos);
    }
    CHECK(hinted("send bob 5DCRN") == "  of 137.5 available");
    CHECK(hinted("send bob 5 --from nobody") == "  ✗ no such wallet");
    CHECK(hinted("send --from nobody bob 5").find("available") == std::string::npos);
}

TEST_CASE("A hint tells whose an address is, and what is wrong with it", "[cli][prompt]") {
    const auto own = crypto::to_text(test::address_of(1), "dcrn");
    const auto bob = crypto::to_text(test::address_of(2), "dcrn");
    const auto nobody = crypto::to_text(test::address_of(3), "dcrn");
    const auto elsewhere = crypto::to_text(test::address_of(1), "crn");
    CHECK(hinted("send " + own) == "  wallet alice");
    CHECK(hinted("send " + bob) == "  contact bob");
    CHECK(hinted("contacts add carol " + bob) == "  contact bob");
    CHECK(hinted("send cairn:" + bob + "?amount=5") == "  contact bob");
    CHECK(hinted("send " + nobody).find("sound") != std::string::npos);
    for (std::size_t typed = 1; typed < bob.size(); ++typed) {
        const auto text = hinted("send " + bob.substr(0, typed));
        INFO(bob.substr(0, typed) << " -> " << text);
        // nothing of an unfinished one but what is owed next; `b…` would be another name
        CHECK((text.empty() || text.rfind(" AMOUNT|all", 0) == 0));
    }
    std::string wrong = bob;
    wrong[10] = wrong[10] == 'q' ? 'p' : 'q';
    CHECK(hinted("send " + wrong).find("character 11 cannot be right") != std::string::npos);
    wrong[10] = 'b'; // in no address
    CHECK(hinted("send " + wrong.substr(0, 12)).find("character 11 is in no address") != std::string::npos);
    CHECK(hinted("send " + bob + "q").find("too long by 1") != std::string::npos);
    CHECK(hinted("send " + elsewhere).find("an address of main") != std::string::npos);
    CHECK(hinted("send " + elsewhere.substr(0, 6)).find("an address of main") != std::string::npos);
    CHECK(hinted("send carol") == "  ✗ unknown: no contact and no wallet of that name");
}

TEST_CASE("A hint tells of heights beyond the tip and of names that are taken", "[cli][prompt]") {
    CHECK(hinted("block show 43") == "  ✗ beyond the tip, 42");
    CHECK(hinted("block show 42").find("beyond") == std::string::npos);
    CHECK(hinted("balance --at 100") == "  ✗ beyond the tip, 42");
    CHECK(hinted("wallet use nobody") == "  ✗ no such wallet");
    CHECK(hinted("contacts show nobody") == "  ✗ no such contact");
    CHECK(hinted("wallet new alice") == "  ✗ the name is taken");
    CHECK(hinted("contacts add bob") == "  ✗ the name is taken");
    CHECK(hinted("contacts add alice") == " ADDRESS");
}

TEST_CASE("The oldest error in the line stays its hint until it is corrected", "[cli][prompt]") {
    const auto bob = crypto::to_text(test::address_of(2), "dcrn");
    std::string wrong = bob;
    wrong[10] = wrong[10] == 'q' ? 'p' : 'q';
    const std::string mistyped = " ✗ mistyped: its checksum does not hold, character 11 cannot be right";
    for (const std::string more : {" ", " 3", " 3 ", " 3 --fee ", " 3 --fee x", " 1e3", " 3 --foo "}) {
        INFO(more);
        CHECK(hinted("send " + wrong + more) == (more.back() == ' ' ? mistyped : " " + mistyped));
        CHECK(hinted("pay " + wrong + more).find(mistyped) != std::string::npos);
        CHECK(hinted("send " + bob + more).find("mistyped") == std::string::npos);
    }
    CHECK(hinted("contacts add x " + wrong) == " " + mistyped);
    CHECK(hinted("contacts add x BADADDRESS").rfind("  ✗ not an address", 0) == 0);
    CHECK(hinted("contacts add x BADADDRESS ").rfind(" ✗ not an address", 0) == 0);
    CHECK(hinted("contacts add x " + bob.substr(0, 20) + " ").rfind(" ✗ not an address: too short", 0) == 0);
    CHECK(hinted("contacts add x " + bob + " ").find("✗") == std::string::npos);
    CHECK(hinted("contacts add x D").find("✗") == std::string::npos);

    CHECK(hinted("sned ") == " ✗ unknown command");
    CHECK(hinted("sned bob 5") == "  ✗ unknown command");
    CHECK(hinted("wallet nwe ") == " ✗ unknown command");
    CHECK(hinted("watch sned bob ") == " ✗ unknown command");
    CHECK(hinted("wa ").rfind(" ✗ wa could be wallet", 0) == 0);
    CHECK(hinted("wal ").find("✗") == std::string::npos);
    CHECK(hinted("send --foo bob 5") == "  ✗ unknown option --foo");
    CHECK(hinted("send bob -- --foo 5").find("option") == std::string::npos);
    CHECK(hinted("send nobody ") == " ✗ unknown: no contact and no wallet of that name");
    CHECK(hinted("send bo 3") == "  ✗ unknown: no contact and no wallet of that name"); // is not finished
    CHECK(hinted("send \"cairn:" + wrong + "?amount=5\" ") == mistyped);
    CHECK(hinted("wallet use alic ") == " ✗ no such wallet");
    CHECK(hinted("contacts show bo ") == " ✗ no such contact");
    CHECK(hinted("wallet new alice ") == " ✗ the name is taken");
    CHECK(hinted("send bob 500 ") == " ✗ more than the 137.5 available");
    CHECK(hinted("send bob 0 ") == " ✗ '0' is not an amount: it must be more than zero");
    CHECK(hinted("send bob 5 --priority hig ").rfind(" ✗ 'hig' is not one of", 0) == 0);
    CHECK(hinted("send bob 5 --priority=hig --yes").rfind("  ✗ 'hig' is not one of", 0) == 0);
    CHECK(hinted("balance --at 100 ") == " ✗ beyond the tip, 42");
    CHECK(hinted("block show tip ").find("✗") == std::string::npos);

    CHECK(hinted("help sned ").empty());
    CHECK(hinted("help send nobody ").empty());
    CHECK(hinted("send nobody --help ").find("✗") == std::string::npos);
    CHECK(hinted("send $payee 3") == "  of 137.5 available"); // not set yet, by its looks
    CHECK(hinted("send all of it # ").find("✗") == std::string::npos);
    CHECK(hinted("echo sned nobody ").empty());
}

TEST_CASE("The examples of help are no errors by their looks", "[cli][prompt]") {
    std::size_t checked = 0;
    for (const auto& spec : tree().all())
        for (const auto& example : spec.examples) {
            const auto place = read_place({tree(), aliases}, example + " ");
            for (const auto& passed : place.passed) {
                INFO(example << " -> " << passed.text);
                CHECK(passed.what == Place::Passed::What::value);
            }
            ++checked;
        }
    CHECK(checked > 50);
}

TEST_CASE("An error survives a narrow terminal", "[cli][prompt]") {
    const auto line = "send " + crypto::to_text(test::address_of(1), "crn").substr(0, 8) + " ";
    CHECK(fitted_behind(hinted(line), line, 32) == " ✗ wrong network…");
}

TEST_CASE("A hint is one row of plain text whatever is typed", "[cli][prompt]") {
    for (const char* line :
         {"send \"", "send 'a b", "send \x1b[31m", "balance \xe2\x80\xae", "echo \\", "\"", "- ", "- - ",
          "watch watch watch ", "expect ", "expect 0 --", "alias a =", "send --", "send -- ", "send -",
          "wallet new --words ", "send bob 5 --fee=", "#", "mine 5 "}) {
        const auto text = hinted(line);
        INFO(line << " -> " << text);
        CHECK(std::none_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    }
}
