// The exact bytes of messages, as docs/PROTOCOL.md has them, and what the encoder does not let through.
#include "wire_support.hpp"

using namespace cairn;
using namespace cairn::net;
using namespace cairn::test;

namespace {

const std::string id_hex(64, 'a');
const Hash256 id_bytes = array_from_hex<32>(id_hex).value_or(Hash256{});
const BlockId block{id_bytes};

std::size_t longest_line(const std::string& text) { return text.find('\n') + 1; }

} // namespace

TEST_CASE("messages have these bytes", "[wire]") {
    Hello hello;
    hello.net.bytes = {0x9f, 0x3c, 0x01, 0xaa};
    hello.height = Height{1042};
    hello.work = Uint256(0x8f3a1);
    hello.tip = block;
    hello.nonce = 0x0123456789abcdef;
    hello.agent = "cairn/0.1";
    hello.compact_blocks = true;
    hello.port = 9401;
    hello.time = Time{1'795'219'200'000};
    hello.raw = true;
    CHECK(text_of(hello) == "HELLO v=1 net=9f3c01aa h=1042 work=8f3a1 tip=" + id_hex +
                                " nonce=0123456789abcdef ua=cairn/0.1 caps=cblk enc=hex,raw port=9401 "
                                "time=1795219200000\n");
    CHECK(text_of(Hello{}) == "HELLO v=1 net=00000000 h=0 work=0 tip=" + std::string(64, '0') +
                                  " nonce=0000000000000000 ua= caps= enc=hex time=0\n");
    CHECK(text_of(Ok{"STATUS", {{"h", "1042"}, {"peers", "3"}}}) == "OK re=STATUS h=1042 peers=3\n");
    CHECK(text_of(Err{404, "ab", ""}) == "ERR code=404 id=ab\n");
    CHECK(text_of(Err{400, "", "unknown-verb"}) == "ERR code=400 msg=unknown-verb\n");
    CHECK(text_of(Ping{7}) == "PING n=7\n");
    CHECK(text_of(Pong{UINT64_MAX}) == "PONG n=18446744073709551615\n");
    CHECK(text_of(GetHeaders{{block}, std::nullopt, 2}) == "GETHDR loc=" + id_hex + " max=2\n");
    CHECK(text_of(GetHeaders{{block, block}, block, 2'000}) ==
          "GETHDR loc=" + id_hex + "," + id_hex + " stop=" + id_hex + " max=2000\n");
    CHECK(text_of(Headers{}) == "HDR n=0 body=0\n\n");
    CHECK(text_of(Inv{ItemKind::block, {id_bytes}}) == "INV t=blk n=1 body=32\n" + id_hex + "\n");
    CHECK(text_of(Inv{ItemKind::tx, {id_bytes}}, true) ==
          "INV t=tx n=1 body=32\n" + std::string(32, '\xaa') + "\n");
    CHECK(text_of(Get{ItemKind::tx, {id_bytes, id_bytes}}) == "GET t=tx id=" + id_hex + "," + id_hex + "\n");
    CHECK(text_of(BlockMessage{Height{3}, block, {0xAB, 0x0c}}) ==
          "BLK h=3 id=" + id_hex + " body=2\nab0c\n");
    CHECK(text_of(Relay{true}) == "RELAY blk=cblk\n");
    CHECK(text_of(Relay{false}) == "RELAY blk=hdr\n");
    CHECK(text_of(GetBlockTxs{block, {1, 0x01020304}}) ==
          "GETBTX id=" + id_hex + " body=8\n0100000004030201\n");
    CHECK(text_of(BlockTxs{block, {}}) == "BTX id=" + id_hex + " n=0 body=0\n\n");
    CHECK(text_of(Fee{12}) == "FEE min=12\n");
    CHECK(text_of(GetAddr{}) == "GETADDR\n");
    CHECK(text_of(Addr{{{*parse_endpoint("1.2.3.4:9401"), Time{1}}}}) ==
          "ADDR n=1 body=26\n00000000000000000000ffff01020304b9240100000000000000\n");
    CHECK(text_of(Status{}) == "STATUS\n");
    CHECK(text_of(Help{}) == "HELP\n");
    CHECK(text_of(Bye{}) == "BYE\n");
}

TEST_CASE("GET moves its ids into a body from the thirteenth on", "[wire]") {
    const std::string line = text_of(Get{ItemKind::tx, std::vector<Hash256>(12, id_bytes)});
    CHECK(line.find("id=") != std::string::npos);
    CHECK(line.size() <= 1'024);
    const std::string body = text_of(Get{ItemKind::tx, std::vector<Hash256>(13, id_bytes)});
    CHECK(body.substr(0, longest_line(body)) == "GET t=tx body=416\n");
}

TEST_CASE("the longest lines there are fit", "[wire]") {
    Hello hello;
    hello.version = UINT32_MAX;
    hello.height = Height{UINT32_MAX};
    hello.work = Uint256::max();
    hello.agent = std::string(32, 'u');
    hello.compact_blocks = hello.raw = true;
    hello.port = UINT16_MAX;
    hello.time = Time{UINT64_MAX};
    CHECK(message_of(text_of(hello)) == Message(hello));
    const GetHeaders locator{std::vector<BlockId>(12, block), block, 2'000};
    CHECK(message_of(text_of(locator)) == Message(locator));
}

TEST_CASE("text for the peer is made fit to travel", "[wire]") {
    Hello hello;
    hello.agent = "my node\n\xc3\xa4" + std::string(40, 'x');
    CHECK(std::get<Hello>(message_of(text_of(hello))).agent == "my-node---" + std::string(22, 'x'));
    CHECK(message_of(text_of(Err{500, "", "disk full\r\nOK\x7f"})) ==
          Message(Err{500, "", "disk-full--OK-"}));
    CHECK(std::get<Err>(message_of(text_of(Err{400, "", std::string(500, 'm')}))).msg.size() == 120);
    CHECK(message_of(text_of(Ok{"A B", {{"k", "v w"}}})) == Message(Ok{"A-B", {{"k", "v-w"}}}));
    // What has no room is left out, the rest arrives.
    Ok ok{"HELP", {}};
    for (int i = 0; i < 100; ++i) ok.fields.emplace_back("key" + std::to_string(i), std::string(50, 'v'));
    const std::string text = text_of(ok);
    CHECK(text.size() <= 1'024);
    const Ok got = std::get<Ok>(message_of(text));
    CHECK(got.fields.size() > 10);
    CHECK(got.fields.front() == ok.fields.front());
    CHECK(message_of(text_of(Ok{"X", {{"k", std::string(2'000, 'v')}}})) == Message(Ok{"X", {}}));
}

TEST_CASE("more than a message may hold is a defect of the caller", "[wire]") {
    const auto fails = [](const Message& message) {
        CHECK_THROWS_AS(encode(message, true), std::length_error);
    };
    fails(GetHeaders{std::vector<BlockId>(13), std::nullopt, 1});
    fails(Headers{std::vector<SealedHeader>(2'001)});
    fails(Inv{ItemKind::tx, std::vector<Hash256>(1'001)});
    fails(Get{ItemKind::tx, std::vector<Hash256>(1'001)});
    fails(Addr{std::vector<AddrEntry>(101)});
    CHECK_THROWS_AS(encode(Unknown{"FOO"}, true), std::logic_error);
    CHECK_THROWS_AS(encode(Malformed{"FOO", "bar"}, true), std::logic_error);
}

TEST_CASE("messages as large as they may be are read", "[wire]") {
    MessageMaker maker(3);
    Headers headers;
    headers.heads.assign(2'000, maker.head());
    Addr addr;
    addr.entries.assign(100, AddrEntry{*parse_endpoint("1.2.3.4:5"), Time{1}});
    const std::vector<Message> all{headers,
                                   Inv{ItemKind::tx, maker.hashes(1'000)},
                                   Get{ItemKind::tx, maker.hashes(1'000)},
                                   addr,
                                   maker.compact_block(300),
                                   BlockMessage{Height{1}, block, Bytes(1'048'576, 7)}};
    for (const Message& message : all) {
        for (const bool raw : {false, true}) {
            const Decoded out = decode(text_of(message, raw), raw, 1'000);
            CHECK(out.violation.empty());
            REQUIRE(out.messages.size() == 1);
            CHECK(out.messages[0] == message);
        }
    }
}
