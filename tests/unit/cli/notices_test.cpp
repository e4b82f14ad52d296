// What the prompt says of events: who is told always, and what is counted together.
#include "catch.hpp"
#include "support/builders.hpp"
#include <cli/output/event_record.hpp>
#include <cli/prompt/notices.hpp>

#include <algorithm>

using namespace cairn;
using namespace cairn::cli;
using namespace cairn::test;

namespace {

net::PeerInfo peer(std::uint64_t id) {
    net::PeerInfo out;
    out.id = net::PeerId{id};
    out.name = "10.0.0." + std::to_string(id) + ":9401";
    return out;
}

/// A block in which key 1 pays `to` an amount.
chain::Event payment_in_block(const consensus::Network& network, std::uint32_t height,
                              const crypto::Address& to) {
    Block block;
    block.transactions.push_back(transfer(network, key_of(1), height, to, coins(1)));
    chain::BlockConnected out;
    out.info.head.header.height = Height{height};
    out.info.head.header.tx_count = 1;
    out.block = std::make_shared<const Block>(std::move(block));
    return out;
}

std::size_t lines_with(const std::string& text, const std::string& wanted) {
    std::size_t count = 0;
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
    return count;
}

} // namespace

TEST_CASE("However many peers come and go, each payment to the wallet is told", "[cli]") {
    const auto network = funded_network(1);
    const NoticeStyle style{network.parameters().prefix, network.parameters().ticker, {address_of(2)}, false};
    Notices notices;
    for (std::uint64_t id = 1; id <= 4'000; ++id) {
        notices.fold(net::PeerConnected{peer(id)}, style, false);
        if (id % 500 == 0)
            notices.fold(payment_in_block(network, static_cast<std::uint32_t>(id / 500), address_of(2)),
                         style, false);
        notices.fold(net::PeerLost{peer(id), "it left"}, style, false);
    }
    CHECK(notices.waiting());
    const std::string text = notices.take(1'000);
    CHECK(lines_with(text, "received 1 ") == 8);
    CHECK(lines_with(text, "of your wallet") == 0);
    // All the rest is one line.
    CHECK(std::count(text.begin(), text.end(), '\n') == 9);
    CHECK(text.find("8 blocks up to 8, 8 transactions; 4000 peers came and went\n") != std::string::npos);
    CHECK_FALSE(notices.waiting());
    CHECK(notices.due_in(1'100) == Notices::pace_ms - 100);
}

TEST_CASE("One peer is named, several are counted", "[cli]") {
    const NoticeStyle style;
    Notices notices;
    notices.fold(net::PeerConnected{peer(1)}, style, false);
    CHECK(notices.take(0) == "connected to 10.0.0.1:9401\n");
    notices.fold(net::PeerLost{peer(1), "it left"}, style, false);
    CHECK(notices.take(0) == "lost 10.0.0.1:9401: it left\n");
    for (std::uint64_t id = 2; id <= 4; ++id) notices.fold(net::PeerConnected{peer(id)}, style, false);
    for (std::uint64_t id = 8; id <= 9; ++id) notices.fold(net::PeerLost{peer(id), "it left"}, style, false);
    notices.fold(net::PeersPassed{3}, style, false);
    CHECK(notices.take(0) == "connected to 3 peers; lost 2 peers; 3 peers came and went\n");
    notices.fold(net::PeerConnected{peer(5)}, style, true); // a command runs
    CHECK_FALSE(notices.waiting());
}

TEST_CASE("A peer of the launch that fails is always told of", "[cli]") {
    const NoticeStyle style;
    Notices notices;
    net::PeerFailed failed{
        "a\x1b.example:1", {net::PeerRefusal::Code::unreachable, "Connection refused"}, false};
    notices.fold(failed, style, true);
    CHECK(notices.take(0) == "cannot connect to a\\x1b.example:1: Connection refused; trying again\n");
    failed.given_up = true;
    failed.refusal.why = "it is of another network";
    CHECK(peer_failure(failed).find("it is of another network; given up") != std::string::npos);
}

TEST_CASE("However fast blocks come, they are told twice a second, and none is left out of the count",
          "[cli]") {
    const NoticeStyle style;
    Notices notices;
    std::size_t showings = 0, blocks = 0;
    std::uint64_t last = 0;
    for (std::uint64_t now = 10'000; now < 20'000; ++now) { // ms
        chain::BlockConnected block;
        block.info.head.header.height = Height{static_cast<std::uint32_t>(now - 9'999)};
        notices.fold(chain::Event{block}, style, false);
        if (!notices.waiting() || notices.due_in(now) > 0) continue;
        const auto text = notices.take(now);
        CHECK(std::count(text.begin(), text.end(), '\n') == 1);
        if (showings > 0) CHECK(now - last >= Notices::pace_ms);
        last = now;
        ++showings;
        blocks += text.rfind("block ", 0) == 0 ? 1 : std::stoul(text);
        CHECK(text.find(std::to_string(now - 9'999) + ", 0 transactions") != std::string::npos);
    }
    CHECK(showings == 20);
    CHECK(blocks == last - 9'999);
}

TEST_CASE("Notices wait until a terminal that is resized has settled", "[cli]") {
    const NoticeStyle style;
    Notices notices;
    notices.fold(net::PeerConnected{peer(1)}, style, false);
    CHECK(notices.due_in(10'000) == 0);
    notices.postpone(10'000);
    CHECK(notices.due_in(10'000) == Notices::settling_ms);
    notices.postpone(10'200);
    CHECK(notices.due_in(10'200) == Notices::settling_ms);
    notices.take(20'000);
    notices.postpone(20'000); // later anyway
    CHECK(notices.due_in(20'000) == Notices::pace_ms);
}

TEST_CASE("A reorganisation tells what the wallet lost or gained", "[cli]") {
    const auto network = funded_network(1);
    const NoticeStyle style{network.parameters().prefix,
                            network.parameters().ticker,
                            {address_of(2)},
                            false,
                            &network.parameters()};
    const auto reward = consensus::subsidy_at(network.parameters(), Height{2});
    auto lost = std::get<chain::BlockConnected>(payment_in_block(network, 2, address_of(2)));
    lost.info.head.header.producer = address_of(2);
    chain::BlockConnected last;
    last.info.id = BlockId{{7}};
    last.info.head.header.height = Height{2};
    last.block = std::make_shared<const Block>();
    const chain::Event begun = chain::Reorganised{Time{}, 1, BlockId{{1}}, BlockId{{7}}};
    const auto reorganised = [&](const chain::Event& back, const chain::Event& there) {
        Notices notices;
        notices.fold(begun, style, true);
        notices.fold(back, style, true);
        notices.fold(there, style, true);
        return notices.take(0);
    };
    const auto taken = [](const chain::BlockConnected& block) {
        return chain::Event(chain::BlockDisconnected{block.info, block.block});
    };
    const auto text = reorganised(taken(lost), last);
    CHECK(text.find("; your wallet lost " + to_text(reward + coins(1)) + " ") != std::string::npos);
    CHECK(text.find(" to you waits again: its block 2 was taken back\n") != std::string::npos);
    auto gained = lost;
    gained.info.id = BlockId{{7}};
    chain::BlockConnected empty = last;
    CHECK(
        reorganised(taken(empty), gained).find("; your wallet gained " + to_text(reward + coins(1)) + " ") !=
        std::string::npos);
    CHECK(reorganised(taken(empty), last).find("; your wallet holds what it did\n") != std::string::npos);
}
