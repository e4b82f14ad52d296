#include "catch.hpp"
#include "support/builders.hpp"
#include <consensus/parameters.hpp>

using namespace cairn;
using namespace cairn::consensus;
using namespace cairn::test;

namespace {

Parameters sample() {
    Parameters out = dev_parameters({{address_of(1), coins(5)}, {address_of(2), units(1)}});
    out.message = "caf\xc3\xa9 \"\\\n\x01";
    return out;
}

/// The sample's JSON with one piece of text for another.
std::string edited(const std::string& old, const std::string& with) {
    std::string text = to_json(sample());
    const std::size_t at = text.find(old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old.size(), with);
}

std::string blamed(const std::string& text) {
    const auto parameters = parameters_from_json(text);
    if (parameters) return "none";
    CHECK_FALSE(parameters.error().why.empty());
    return parameters.error().key;
}

} // namespace

TEST_CASE("parameters are written as pretty JSON, in their order", "[consensus]") {
    Parameters parameters = dev_parameters({{address_of(1), coins(5)}});
    parameters.name = "club";
    parameters.min_new_account = units(100'000);
    const std::string expected = R"({
  "name": "club",
  "ticker": "TST",
  "prefix": "tst",
  "consensus": "work",
  "interval_ms": 1000,
  "half_life_ms": 0,
  "limit": "0x20ffffff",
  "initial_target": "0x20ffffff",
  "subsidy": "50",
  "halving": 2102400,
  "max_block_bytes": 1048576,
  "max_block_txs": 8192,
  "max_future_ms": 0,
  "min_new_account": "0.001",
  "allocations": [
    { "address": ")" + to_text(address_of(1), "tst") +
                                 R"(", "amount": "5" }
  ],
  "stakers": [],
  "time": 1795219200000,
  "message": "For trying things out: its coins cost no work."
}
)";
    CHECK(to_json(parameters) == expected);
}

TEST_CASE("parameters are read as they are written", "[consensus]") {
    for (const Parameters& parameters :
         {sample(), main_network().parameters(), dev_network().parameters(), Parameters{}}) {
        Parameters readable = parameters;
        if (readable.prefix.empty()) readable.prefix = "x";
        CHECK(parameters_from_json(to_json(readable)) == readable);
    }
    Parameters staked = sample();
    staked.consensus = SealKind::stake;
    staked.stakers = {{key_of(3).public_key(), coins(2)}};
    staked.time = Time{UINT64_MAX};
    CHECK(parameters_from_json(to_json(staked)) == staked);
    // Integers at both sides of 2^63, white space, the order of keys and hex in capitals do not matter.
    CHECK(parameters_from_json(edited("\"halving\": 2102400", "\"halving\":9223372036854775808"))->halving ==
          std::uint64_t{1} << 63);
    CHECK(parameters_from_json(edited("\"name\": \"test\",", "").insert(1, "\"name\":\"test\",")) ==
          sample());
    CHECK(parameters_from_json("\r\n\t" + edited("0x20ffffff", "0x20FFFFFF") + " ") == sample());
}

TEST_CASE("every key must stand there once", "[consensus]") {
    std::string keys[] = {"name",          "ticker",          "prefix",          "consensus",
                          "interval_ms",   "half_life_ms",    "limit",           "initial_target",
                          "subsidy",       "halving",         "max_block_bytes", "max_block_txs",
                          "max_future_ms", "min_new_account", "allocations",     "stakers",
                          "time",          "message"};
    for (const std::string& key : keys) {
        const std::string quoted = '"' + key + '"';
        CHECK(blamed(edited(quoted, "\"other\"")) == "other");
        std::string twice = quoted;
        twice.append(": 1, ").append(quoted);
        // Twice the same, and twice with different values: the second is not silently preferred.
        CHECK(blamed(edited(quoted, twice)) == key);
        CHECK(blamed(edited(quoted, quoted + ": null, \"x\"")) != "none");
        // Left out.
        std::string text = to_json(sample());
        const std::size_t at = text.find(quoted);
        const std::size_t end = key == "message" ? text.rfind("\n}") : text.find(",\n  \"", at) + 1;
        text.erase(at, end - at);
        if (key == "message") text.erase(text.rfind(','), 1);
        CHECK(blamed(text) == key);
    }
    CHECK(blamed(edited("\"name\"", "\"n\\u0061me\": 1, \"name\"")) == "name"); // however it is escaped
}

TEST_CASE("keys inside of lists are held to the same", "[consensus]") {
    CHECK(blamed(edited("\"amount\": \"5\"", "\"amount\": \"5\", \"amount\": \"6\"")) ==
          "allocations[0].amount");
    CHECK(blamed(edited("\"amount\": \"0.00000001\"", "\"amount\": 1")) == "allocations[1].amount");
    CHECK(blamed(edited("\"amount\": \"5\"", "\"amount\": \"5\", \"note\": 1")) == "allocations[0].note");
    CHECK(blamed(edited(", \"amount\": \"5\"", "")) == "allocations[0].amount");
    CHECK(blamed(edited("\"address\": \"tst1", "\"address\": \"crn1")) == "allocations[0].address");
    CHECK(blamed(edited(to_text(address_of(2), "tst"), to_text(address_of(2), "crn"))) ==
          "allocations[1].address");
    CHECK(blamed(edited("\"stakers\": []", "\"stakers\": [7]")) == "stakers[0]");
    CHECK(blamed(edited("\"stakers\": []", "\"stakers\": [{\"public_key\": \"00\", \"amount\": \"1\"}]")) ==
          "stakers[0].public_key");
}

TEST_CASE("values of another type are refused, and no number is rounded", "[consensus]") {
    for (const auto* value : {"1000.0", "1e3", "-1", "-0.0", "18446744073709551616", "\"1000\"", "null",
                              "true", "[]", "{}", "1000.5", "1E400"})
        CHECK(blamed(edited("\"interval_ms\": 1000", std::string("\"interval_ms\": ") + value)) != "none");
    for (const auto* value : {"50", "50.5", "\"-50\"", "\"1e3\"", "\"0x10\"", "\"\"", "\"50 TST\"", "\"NaN\"",
                              "\"0.000000001\"", "\"184467440738\"", "null"})
        CHECK(blamed(edited("\"subsidy\": \"50\"", std::string("\"subsidy\": ") + value)) == "subsidy");
    for (const auto* value : {"\"20ffffff\"", "\"0x20fffff\"", "\"0x020ffffff\"", "\"0x20fffffg\"", "\"\"",
                              "553648127", "\"0X20ffffff\""})
        CHECK(blamed(edited("\"limit\": \"0x20ffffff\"", std::string("\"limit\": ") + value)) == "limit");
    CHECK(blamed(edited("\"name\": \"test\"", "\"name\": 7")) == "name");
    CHECK(blamed(edited("\"work\"", "\"proof\"")) == "consensus");
    CHECK(blamed(edited("\"work\"", "1")) == "consensus");
    CHECK(blamed(edited("\"stakers\": []", "\"stakers\": {}")) == "stakers");
    CHECK(blamed(edited("\"time\": 1795219200000", "\"time\": \"2026-11-21\"")) == "time");
}

TEST_CASE("text that is no JSON object is refused", "[consensus]") {
    const std::string deep(100'000, '[');
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[]"), std::string("7"), std::string("null"), deep,
          to_json(sample()) + "x", to_json(sample()) + to_json(sample()), edited("\"test\"", "\"\xff\""),
          edited("{", "{ // comment\n"), edited("\"stakers\": []", "\"stakers\": [],"),
          edited("\"stakers\": []", "\"stakers\": [[[[[[]]]]]]"), std::string("{\"name\":\"a"),
          std::string("\xef\xbb\xbf{}")})
        CHECK(blamed(text).empty());
    CHECK(blamed("{}") == "name");
}
