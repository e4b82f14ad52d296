#include "catch.hpp"
#include <cli/commands/chain_graph.hpp>
#include <cli/commands/csv.hpp>
#include <cli/commands/payment_plan.hpp>
#include <cli/output/plain_text.hpp>

using namespace cairn;
using namespace cairn::cli;

namespace {

crypto::Address address(Byte tag) { return {{tag}}; }
Amount units(std::uint64_t value) { return Amount::from_units(value); }
Source source(Byte tag, std::uint64_t available, std::uint64_t nonce = 0) {
    return {address(tag), {}, units(available), {nonce}};
}
Output output(Byte tag, std::uint64_t amount) { return {address(tag), units(amount), {}}; }

} // namespace

TEST_CASE("The first source that can pay all pays alone", "[cli]") {
    const std::vector sources{source(1, 50), source(2, 200, 7), source(3, 900)};
    const auto drafts = plan_payment(sources, {output(9, 100)}, FeeRate{0, units(5)}, units(1));
    REQUIRE(drafts);
    REQUIRE(drafts->size() == 1);
    CHECK(drafts->front().source == 1);
    CHECK(drafts->front().nonce.value == 7);
    CHECK(drafts->front().fee == units(5));
}

TEST_CASE("Several sources pay together, largest first, each with a fee of its own", "[cli]") {
    const std::vector sources{source(1, 50), source(2, 200, 7)};
    const auto drafts = plan_payment(sources, {output(9, 230)}, FeeRate{0, units(5)}, units(1));
    REQUIRE(drafts);
    REQUIRE(drafts->size() == 2);
    CHECK(drafts->at(0).source == 1);
    CHECK(drafts->at(0).outputs.front().amount == units(195));
    CHECK(drafts->at(1).source == 0);
    CHECK(drafts->at(1).outputs.front().amount == units(35));
    CHECK(total_amount(*drafts) == units(230));
    CHECK(total_fee(*drafts) == units(10));
}

TEST_CASE("No part of a split payment is below the least that may open an account", "[cli]") {
    const std::vector sources{source(1, 60), source(2, 200)};
    const auto drafts = plan_payment(sources, {output(9, 210)}, FeeRate{}, units(20));
    CHECK(!drafts); // 200 and 10
    CHECK(plan_payment(sources, {output(9, 230)}, FeeRate{}, units(20)));
}

TEST_CASE("What is missing is told with the fees", "[cli]") {
    const auto drafts = plan_payment({source(1, 50)}, {output(9, 50)}, FeeRate{0, units(1)}, units(1));
    REQUIRE(!drafts);
    CHECK(drafts.error().needed == units(51));
    CHECK(drafts.error().available == units(50));
}

TEST_CASE("Outputs are packed into transfers of 256, with nonces that follow each other", "[cli]") {
    const std::vector<Output> outputs(600, output(9, 1));
    const auto drafts = plan_payment({source(1, 1'000'000, 3)}, outputs, FeeRate{2}, units(1));
    REQUIRE(drafts);
    REQUIRE(drafts->size() == 3);
    CHECK(drafts->at(2).outputs.size() == 88);
    CHECK(drafts->at(2).nonce.value == 5);
    CHECK(drafts->at(2).fee == units(2 * transfer_bytes(drafts->at(2).outputs)));
}

TEST_CASE("A transfer is as large as it was reckoned", "[cli]") {
    TxFields fields;
    const std::vector<Output> outputs{{address(1), units(1), "abc"}, {address(2), units(2), ""}};
    fields.body = Transfer{outputs};
    CHECK(Transaction(fields, {}).size() == transfer_bytes(outputs));
}

TEST_CASE("Everything is what is available less the fee, of each source that can pay it", "[cli]") {
    const std::vector sources{source(1, 50), source(2, 5), source(3, 200)};
    const auto drafts = plan_everything(sources, output(3, 0), FeeRate{0, units(5)});
    REQUIRE(drafts);
    REQUIRE(drafts->size() == 1); // the second has no more than the fee, the third is the recipient
    CHECK(drafts->front().outputs.front().amount == units(45));
    CHECK(!plan_everything({source(1, 5)}, output(9, 0), FeeRate{0, units(5)}));
}

TEST_CASE("A fee is high above five per cent, without overflow", "[cli]") {
    CHECK(!is_high_fee(units(100), units(5)));
    CHECK(is_high_fee(units(100), units(6)));
    CHECK(is_high_fee(units(1), units(UINT64_MAX)));
    CHECK(!is_high_fee(units(UINT64_MAX), units(1)));
    CHECK(!is_high_fee(units(5), units(0)));
}

TEST_CASE("Rows of values are read as spreadsheets write them", "[cli]") {
    const auto rows = parse_csv("\xEF\xBB\xBF"
                                "bob, 1.5 ,\"a, \"\"b\"\"\nc\"\r\n\r\n# no\ncarol,2");
    REQUIRE(rows);
    REQUIRE(rows->size() == 2);
    CHECK(rows->at(0).fields == std::vector<std::string>{"bob", "1.5", "a, \"b\"\nc"});
    CHECK(rows->at(1).fields == std::vector<std::string>{"carol", "2"});
    CHECK(rows->at(1).line == 5);
    CHECK(parse_csv("a,\"b").error().why == "a quote is not closed");
    CHECK(!parse_csv("a,\"b\"c"));
    CHECK(parse_csv("")->empty());
}

TEST_CASE("Written rows read back, and no field is a formula", "[cli]") {
    CHECK(csv_row({"a", "b,c", "d\"e", "-1.5", ""}) == "a,\"b,c\",\"d\"\"e\",-1.5,");
    CHECK(csv_row({"=1+1", "@x", "-x"}) == "'=1+1,'@x,'-x");
    CHECK(csv_row({"+-1", "+1.5", "-", "a\tb", "a\nb", "C:\\x"}) == "'+-1,+1.5,'-,a\\tb,a\\nb,C:\\x");
}

TEST_CASE("Branches are drawn beside the active chain and join where they left it", "[cli]") {
    const auto id = [](Byte tag) { return BlockId{{tag}}; };
    const std::vector<GraphBlock> blocks{{id(3), id(2), true, "3"},
                                         {id(13), id(12), false, "3'"},
                                         {id(2), id(1), true, "2"},
                                         {id(12), id(1), false, "2'"},
                                         {id(1), id(0), true, "1"}};
    CHECK(chain_graph(blocks) ==
          std::vector<std::string>{"●    3", "│ ○  3'", "● │  2", "│ ○  2'", "├─╯", "●    1"});
}
