#include "catch.hpp"
#include <cli/grammar/parser.hpp>

using namespace cairn;
using namespace cairn::cli;

namespace {

const ArgumentContext context = {"dcrn", "CRN"};

CommandSpec send_spec() {
    CommandSpec spec;
    spec.path = "send";
    spec.positionals = {{"to", Kind::recipient, ""}, {"amount", Kind::amount_or_all, ""}};
    spec.options = {{"--fee", "A", Kind::fee, ""},
                    {"--memo", "TEXT", Kind::text, ""},
                    {"--priority", "P", Kind::choice, "", "", {"low", "normal", "high"}},
                    {"--wait", "N", Kind::count, "", "", {}, "1"},
                    {"--dry-run", "", Kind::text, ""}};
    return spec;
}

CommandSpec rest_spec() {
    CommandSpec spec;
    spec.path = "expect";
    spec.positionals = {{"code", Kind::text, ""}};
    spec.options = {{"--interval", "S", Kind::duration, "", "-n"}};
    spec.rest = "COMMAND";
    return spec;
}

/// By a parser that has read other lines before; a new one says the same.
Expected<Args> parse(const CommandSpec& spec, const std::string& line) {
    const auto tokens = tokenize(line, nullptr);
    REQUIRE(tokens);
    ArgumentParser parser;
    for (const char* before :
         {"", "a", "--json a b c d e", "--yes --yes", "--wallet w 1 --output csv", "-- a"})
        static_cast<void>(parser.parse(spec, *tokenize(before, nullptr), context));
    auto args = parser.parse(spec, *tokens, context);
    const auto fresh = parse_arguments(spec, *tokens, context);
    REQUIRE(args.has_value() == fresh.has_value());
    if (!args) CHECK(args.error().message == fresh.error().message);
    return args;
}

Failure refusal(const CommandSpec& spec, const std::string& line) {
    const auto args = parse(spec, line);
    INFO(line);
    REQUIRE_FALSE(args);
    CHECK(args.error().exit == Exit::usage);
    return args.error();
}

} // namespace

TEST_CASE("Arguments are told apart wherever the options stand", "[cli]") {
    for (const std::string line : {"bob 12.5 --fee 0.1 --memo 'a b'", "--fee=0.1 bob --memo 'a b' 12.5",
                                   "--memo='a b' --fee 0.1 -- bob 12.5"}) {
        const auto args = parse(send_spec(), line);
        INFO(line);
        REQUIRE(args);
        CHECK(args->text("to") == "bob");
        CHECK(args->amount("amount") == Amount::from_units(1'250'000'000));
        CHECK(args->amount("--fee") == Amount::from_units(10'000'000));
        CHECK(args->text("--memo") == "a b");
        CHECK_FALSE(args->has("--dry-run"));
    }
}

TEST_CASE("The thousandth line is read as the first", "[cli]") {
    const CommandSpec spec = send_spec();
    ArgumentParser parser;
    for (int i = 0; i < 1'000; ++i) {
        const auto line = "--memo m" + std::to_string(i) + (i % 3 == 0 ? " bob" : " bob 5") +
                          (i % 7 == 0 ? " --yes --dry-run" : "");
        const auto args = parser.parse(spec, *tokenize(line, nullptr), context);
        INFO(line);
        REQUIRE(args.has_value() == (i % 3 != 0));
        if (!args) continue;
        CHECK(args->text("--memo") == "m" + std::to_string(i));
        CHECK(args->has("--dry-run") == (i % 7 == 0));
        CHECK(args->has("--yes") == (i % 7 == 0));
    }
}

TEST_CASE("Every ill-formed amount is refused and the argument named", "[cli]") {
    for (const std::string amount : {"-5", "-0.1", "0", "0.000000001", "1e3", "NaN", "0x10", "1,5", "''",
                                     "99999999999999999999", ".5", "5.", "+5", "inf", "' 5'"}) {
        const auto why = refusal(send_spec(), "bob " + amount);
        INFO(amount);
        CHECK(why.code == "bad_amount");
        CHECK(why.message.substr(0, 7) == "amount:");
    }
    CHECK(refusal(send_spec(), "bob 1 --fee -1").message.substr(0, 6) == "--fee:");
    CHECK(parse(send_spec(), "bob 1 --fee 0"));
    CHECK(parse(send_spec(), "bob all")->is_all("amount"));
    CHECK(parse(send_spec(), "bob '12.5 CRN'")->amount("amount") == Amount::from_units(1'250'000'000));
}

TEST_CASE("What is missing, left over, unknown or twice is refused in our words", "[cli]") {
    CHECK(refusal(send_spec(), "").message == "missing argument: TO");
    CHECK(refusal(send_spec(), "bob").message == "missing argument: AMOUNT");
    CHECK(refusal(send_spec(), "bob 1 2").code == "too_many_arguments");
    CHECK(refusal(send_spec(), "bob 1 --fee").code == "missing_value");
    CHECK(refusal(send_spec(), "bob 1 --fe 2").code == "unknown_option");
    CHECK(refusal(send_spec(), "bob 1 --fe 2").hint == "did you mean `--fee`?");
    CHECK(refusal(send_spec(), "bob 1 --fee 1 --fee 2").code == "bad_argument");
    CHECK(refusal(send_spec(), "bob 1 --dry-run=yes").code == "bad_argument");
    CHECK(refusal(send_spec(), "bob 1 --priority urgent").message.find("low, normal, high") !=
          std::string::npos);
    CHECK(refusal(send_spec(), "bob 1 -q").code == "unknown_option");
}

TEST_CASE("An option whose value may be left out takes a number alone", "[cli]") {
    CHECK(parse(send_spec(), "--wait bob 1")->number("--wait") == 1);
    CHECK(parse(send_spec(), "--wait 3 bob 1")->number("--wait") == 3);
    CHECK(parse(send_spec(), "bob 1 --wait")->number("--wait") == 1);
    CHECK(parse(send_spec(), "bob 1 --wait=6")->number("--wait") == 6);
    CHECK(refusal(send_spec(), "bob 1 --wait=0").message.substr(0, 7) == "--wait:");
}

TEST_CASE("The options of every line are known to every command", "[cli]") {
    const auto args = parse(send_spec(), "bob 1 -y --json --wallet alice");
    REQUIRE(args);
    CHECK(args->has("--yes"));
    CHECK(args->has("--json"));
    CHECK(args->text("--wallet") == "alice");
    CHECK(parse(send_spec(), "bob --help")->has("--help"));
    CHECK(parse(send_spec(), "-h")->has("--help"));
}

TEST_CASE("The rest of a line is taken as it is", "[cli]") {
    const auto args = parse(rest_spec(), "-n 5 3 -- send bob -5 --fee x -- y");
    REQUIRE(args);
    CHECK(args->text("code") == "3");
    CHECK(args->number("--interval") == 5'000);
    CHECK(args->rest() == std::vector<std::string>{"send", "bob", "-5", "--fee", "x", "--", "y"});
    CHECK(parse(rest_spec(), "3 send --fee 1")->rest() == std::vector<std::string>{"send", "--fee", "1"});
    CHECK(refusal(rest_spec(), "3").message == "missing argument: COMMAND");
}

TEST_CASE("A repeated argument keeps all of its values, brackets and blanks too", "[cli]") {
    CommandSpec spec;
    spec.path = "wait";
    spec.positionals = {{"condition", Kind::text, "", true, true}};
    spec.options = {{"--timeout", "D", Kind::duration, ""}};
    const auto args = parse(spec, "height '>=' 3 '[a,b]' '' --timeout 5s");
    REQUIRE(args);
    CHECK(args->all("condition") == std::vector<std::string>{"height", ">=", "3", "[a,b]", ""});
    CHECK(args->number("--timeout") == 5'000);
}

TEST_CASE("Values of every kind are checked", "[cli]") {
    const auto good = [](Kind kind, const std::string& text) {
        return bool(read_value(kind, "x", text, {}, context));
    };
    CHECK(good(Kind::height, "4294967295"));
    CHECK_FALSE(good(Kind::height, "4294967296"));
    CHECK_FALSE(good(Kind::height, "-1"));
    CHECK_FALSE(good(Kind::count, "0"));
    CHECK(good(Kind::block, "tip"));
    CHECK(good(Kind::block, "12"));
    CHECK(good(Kind::block, "abcdef"));
    CHECK_FALSE(good(Kind::block, "abc"));
    CHECK_FALSE(good(Kind::block, "99999999999"));
    CHECK(good(Kind::hash, std::string(64, 'A')));
    CHECK_FALSE(good(Kind::hash, std::string(63, 'a')));
    CHECK(good(Kind::duration, "1.5h"));
    CHECK_FALSE(good(Kind::duration, "soon"));
    CHECK(good(Kind::date, "2026-11-21"));
    CHECK_FALSE(good(Kind::date, "yesterday"));
    CHECK(good(Kind::endpoint, "127.0.0.1:4000"));
    CHECK(good(Kind::endpoint, "[::1]:4000"));
    CHECK_FALSE(good(Kind::endpoint, "127.0.0.1"));
    CHECK_FALSE(good(Kind::endpoint, "host:0"));
    CHECK_FALSE(good(Kind::endpoint, "host:65536"));
    CHECK_FALSE(good(Kind::endpoint, ":80"));
    CHECK(std::get<std::string>(*read_value(Kind::txid, "x", "ABCDEF12", {}, context)) == "abcdef12");
}

TEST_CASE("An address of another network, or mistyped, is refused as such", "[cli]") {
    const crypto::Address address{};
    const auto own = crypto::to_text(address, "dcrn");
    REQUIRE(read_value(Kind::address, "x", own, {}, context));
    CHECK(read_value(Kind::address, "x", crypto::to_text(address, "crn"), {}, context).error().code ==
          "wrong_network_address");
    auto mistyped = own;
    mistyped.back() = mistyped.back() == 'q' ? 'p' : 'q';
    CHECK(read_value(Kind::address, "x", mistyped, {}, context).error().code == "bad_address");
    CHECK(read_value(Kind::address, "x", "bob", {}, context).error().exit == Exit::usage);
}
