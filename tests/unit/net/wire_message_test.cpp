// Lines and bodies as messages: what each verb must have, may have, and what is refused as malformed.
#include "wire_support.hpp"

using namespace cairn;
using namespace cairn::net;
using namespace cairn::test;

namespace {

const std::string id_hex(64, 'a');
const Hash256 id_bytes = array_from_hex<32>(id_hex).value_or(Hash256{});

/// `head` with this body in hexadecimal.
std::string with_body(const std::string& head, ByteView body) {
    return head + " body=" + std::to_string(body.size()) + "\n" + to_hex(body) + "\n";
}

Bytes compact_body(const CompactBlock& block) {
    const std::string text = text_of(block, true);
    const std::size_t line = text.find('\n') + 1;
    const ByteView bytes = as_bytes(text).subspan(line, text.size() - line - 1);
    return {bytes.begin(), bytes.end()};
}

} // namespace

TEST_CASE("a verb that is none of ours is unknown, and so is an empty line", "[wire]") {
    CHECK(message_of("FOO\n") == Message(Unknown{"FOO"}));
    CHECK(message_of("FOO bar baz=1 ==\n") == Message(Unknown{"FOO"}));
    CHECK(message_of("ping n=1\n") == Message(Unknown{"ping"})); // capitals only
    CHECK(message_of("GETSNAP h=1\n") == Message(Unknown{"GETSNAP"}));
    CHECK(message_of("\n") == Message(Unknown{""}));
    CHECK(message_of("  \r\n") == Message(Unknown{""}));
    CHECK(message_of(std::string(500, 'X') + "\n") == Message(Unknown{std::string(32, 'X')}));
}

TEST_CASE("unknown keys are ignored, keys that come twice are not", "[wire]") {
    CHECK(message_of("PING x=1 n=5 y= z==\n") == Message(Ping{5}));
    CHECK(message_of("  PING   n=5  \n") == Message(Ping{5}));
    CHECK(fault_of("PING n=5 n=5\n") == "duplicate-key");
    CHECK(fault_of("PING n=5 x=1 x=2\n") == "duplicate-key");
    CHECK(fault_of("PING n=5 =1\n") == "no-key=value");
    CHECK(fault_of("STATUS please\n") == "no-key=value");
    CHECK(message_of("FEE min=0 min=1\n") == Message(Malformed{"FEE", "duplicate-key"}));
}

TEST_CASE("numbers are decimal digits within their width", "[wire]") {
    CHECK(message_of("PING\n") == Message(Ping{0}));
    CHECK(message_of("PONG n=18446744073709551615\n") == Message(Pong{UINT64_MAX}));
    for (const char* bad : {"", "-1", "+1", "0x1", "1.0", "1e3", "18446744073709551616", "one", "1,"})
        CHECK(fault_of(std::string("PING n=") + bad + "\n") == "bad-n");
    CHECK(fault_of("FEE\n") == "missing-min");
    CHECK(fault_of("HELLO v=4294967296 net=00000000\n") == "bad-v");
    CHECK(fault_of("HELLO v=1 net=00000000 port=65536\n") == "bad-port");
    CHECK(fault_of("HELLO v=1 net=00000000 h=4294967296\n") == "bad-h");
}

TEST_CASE("a HELLO typed by hand needs v and net alone", "[wire]") {
    Hello least;
    least.net.bytes = {0x9f, 0x3c, 0x01, 0xaa};
    CHECK(message_of("HELLO v=1 net=9f3c01aa\n") == Message(least));
    CHECK(message_of("HELLO net=9F3C01AA v=1 caps= ua= enc=\n") == Message(least));
    CHECK(fault_of("HELLO\n") == "missing-v");
    CHECK(fault_of("HELLO v=1\n") == "missing-net");
    CHECK(fault_of("HELLO net=9f3c01aa\n") == "missing-v");
    for (const char* bad : {"9f3c01a", "9f3c01aab", "9f3c01ag", "", "9f3c01aa00"})
        CHECK(fault_of(std::string("HELLO v=1 net=") + bad + "\n") == "bad-net");
}

TEST_CASE("each field of HELLO is read", "[wire]") {
    const std::string start = "HELLO v=1 net=9f3c01aa ";
    const auto hello = [&](const std::string& fields) {
        return std::get<Hello>(message_of(start + fields + "\n"));
    };
    CHECK(hello("h=1042").height == Height{1042});
    CHECK(hello("work=8f3A1").work == Uint256(0x8f3a1));
    CHECK(hello("tip=" + id_hex).tip.bytes == id_bytes);
    CHECK(hello("nonce=0123456789abcdef").nonce == 0x0123456789abcdef);
    CHECK(hello("ua=" + std::string(32, 'u')).agent == std::string(32, 'u'));
    CHECK(hello("port=9401").port == 9401);
    CHECK(hello("time=9223372036854775807").time.unix_ms == 9223372036854775807);
    CHECK(hello("caps=cblk").compact_blocks);
    CHECK(hello("caps=snap,cblk,proof").compact_blocks);
    CHECK_FALSE(hello("caps=cblk2,CBLK").compact_blocks);
    CHECK(hello("enc=hex,raw").raw);
    CHECK(hello("enc=raw").raw);
    CHECK_FALSE(hello("enc=hex").raw);
    CHECK_FALSE(hello("enc=rawer,zip").raw);
    CHECK(fault_of(start + "ua=" + std::string(33, 'u') + "\n") == "bad-ua");
    CHECK(fault_of(start + "nonce=123\n") == "bad-nonce");
    CHECK(fault_of(start + "tip=12\n") == "bad-tip");
    CHECK(fault_of(start + "work=\n") == "bad-work");
    CHECK(fault_of(start + "work=0x1\n") == "bad-work");
    CHECK(fault_of(start + "work=" + std::string(65, '0') + "\n") == "bad-work");
    CHECK(fault_of(start + "time=-1\n") == "bad-time");
}

TEST_CASE("an ERR is never malformed, so that nobody answers it", "[wire]") {
    CHECK(message_of("ERR\n") == Message(Err{}));
    CHECK(message_of("ERR code=x code=y what\n") == Message(Err{}));
    CHECK(message_of("ERR code=404 id=ab msg=gone\n") == Message(Err{404, "ab", "gone"}));
    CHECK(std::get<Err>(message_of("ERR code=1 msg=" + std::string(200, 'm') + "\n")).msg.size() == 120);
    CHECK(std::get<Err>(message_of("ERR code=99999999999999999999\n")).code == 0);
}

TEST_CASE("an OK keeps its fields in their order", "[wire]") {
    CHECK(message_of("OK re=STATUS h=1042 peers=3 mempool=7\n") ==
          Message(Ok{"STATUS", {{"h", "1042"}, {"peers", "3"}, {"mempool", "7"}}}));
    CHECK(message_of("OK a==b re=X c=\n") == Message(Ok{"X", {{"a", "=b"}, {"c", ""}}}));
    CHECK(fault_of("OK h=1\n") == "missing-re");
}

TEST_CASE("GETHDR has 1 to 12 ids and asks for 1 to 2,000 headers", "[wire]") {
    GetHeaders least{{BlockId{id_bytes}}, std::nullopt, 2'000};
    CHECK(message_of("GETHDR loc=" + id_hex + "\n") == Message(least));
    std::string list = id_hex;
    for (int i = 1; i < 12; ++i) list += "," + id_hex;
    CHECK(std::get<GetHeaders>(message_of("GETHDR loc=" + list + " stop=" + id_hex + " max=1\n")) ==
          GetHeaders{std::vector<BlockId>(12, BlockId{id_bytes}), BlockId{id_bytes}, 1});
    CHECK(fault_of("GETHDR loc=" + list + "," + id_hex + "\n") == "too-many-ids");
    CHECK(fault_of("GETHDR\n") == "missing-loc");
    const std::string two = id_hex + ",," + id_hex;
    for (const std::string& bad :
         {std::string(), id_hex + ",", "," + id_hex, two, id_hex.substr(1), id_hex + "00"})
        CHECK(fault_of("GETHDR loc=" + bad + "\n") == "bad-loc");
    CHECK(fault_of("GETHDR loc=" + id_hex + " stop=1\n") == "bad-stop");
    CHECK(fault_of("GETHDR loc=" + id_hex + " max=0\n") == "bad-max");
    CHECK(fault_of("GETHDR loc=" + id_hex + " max=2001\n") == "bad-max");
}

TEST_CASE("HDR has as many headers as it says, each with the network's seal", "[wire]") {
    Headers two;
    MessageMaker maker(5);
    two.heads = {maker.head(), maker.head()};
    Bytes body = encode(two.heads[0]);
    append(body, encode(two.heads[1]));
    CHECK(body.size() == 358);
    CHECK(message_of(with_body("HDR n=2", body)) == Message(two));
    CHECK(fault_of(with_body("HDR n=1", body)) == "bad-n");
    CHECK(fault_of(with_body("HDR n=4294967295", body)) == "bad-n");
    CHECK(fault_of(with_body("HDR", body)) == "missing-n");
    CHECK(fault_of("HDR n=0\n") == "missing-body");
    body[179 + 170] = 2; // the second's seal is of stake
    CHECK(fault_of(with_body("HDR n=2", body)) == "bad-body");
    body.pop_back();
    CHECK(fault_of(with_body("HDR n=2", body)) == "bad-n");
}

TEST_CASE("INV has its ids in a body, GET on the line or in a body", "[wire]") {
    CHECK(message_of(with_body("INV t=tx n=1", id_bytes)) == Message(Inv{ItemKind::tx, {id_bytes}}));
    CHECK(fault_of(with_body("INV t=tx n=2", id_bytes)) == "bad-n");
    CHECK(fault_of(with_body("INV t=tx", id_bytes)) == "missing-n");
    CHECK(fault_of(with_body("INV n=1", id_bytes)) == "missing-t");
    CHECK(fault_of(with_body("INV t=cat n=1", id_bytes)) == "bad-t");
    CHECK(fault_of(with_body("INV t=tx n=0", {})) == "bad-body");
    CHECK(fault_of(with_body("INV t=tx n=1", Bytes(33))) == "bad-body");
    CHECK(fault_of("INV t=tx n=0\n") == "missing-body");

    CHECK(message_of("GET t=blk id=" + id_hex + "," + id_hex + "\n") ==
          Message(Get{ItemKind::block, {id_bytes, id_bytes}}));
    CHECK(message_of(with_body("GET t=tx", id_bytes)) == Message(Get{ItemKind::tx, {id_bytes}}));
    CHECK(fault_of(with_body("GET t=tx id=" + id_hex, id_bytes)) == "id-and-body");
    CHECK(fault_of("GET t=tx\n") == "missing-id");
    CHECK(fault_of("GET id=" + id_hex + "\n") == "missing-t");
    CHECK(fault_of("GET t=TX id=" + id_hex + "\n") == "bad-t");
    CHECK(fault_of("GET t=blk id=12\n") == "bad-id");
    CHECK(fault_of(with_body("GET t=blk", {})) == "bad-body");
    CHECK(fault_of(with_body("GET t=blk", Bytes(31))) == "bad-body");
}

TEST_CASE("TX holds exactly one transaction", "[wire]") {
    const Transaction tx = MessageMaker(6).transaction();
    Bytes body = encode(tx);
    CHECK(message_of(with_body("TX", body)) == Message(TxMessage{tx}));
    body.push_back(0);
    CHECK(fault_of(with_body("TX", body)) == "bad-body");
    CHECK(fault_of(with_body("TX", ByteView(body).first(body.size() - 2))) == "bad-body");
    CHECK(fault_of("TX\n") == "missing-body");
}

TEST_CASE("BLK names its block; the body is not looked at", "[wire]") {
    CHECK(message_of("BLK h=9 id=" + id_hex + " body=3\n010203\n") ==
          Message(BlockMessage{Height{9}, BlockId{id_bytes}, {1, 2, 3}}));
    CHECK(fault_of("BLK id=" + id_hex + " body=1\n00\n") == "missing-h");
    CHECK(fault_of("BLK h=1 body=1\n00\n") == "missing-id");
    CHECK(fault_of("BLK h=1 id=" + id_hex.substr(2) + " body=1\n00\n") == "bad-id");
    CHECK(fault_of("BLK h=1 id=" + id_hex + "\n") == "missing-body");
}

TEST_CASE("RELAY asks for compact blocks or headers", "[wire]") {
    CHECK(message_of("RELAY blk=cblk\n") == Message(Relay{true}));
    CHECK(message_of("RELAY blk=hdr\n") == Message(Relay{false}));
    CHECK(fault_of("RELAY blk=all\n") == "bad-blk");
    CHECK(fault_of("RELAY\n") == "missing-blk");
}

TEST_CASE("a compact block counts its transactions right, or is malformed", "[wire]") {
    MessageMaker maker(7);
    CompactBlock good = maker.compact_block(0);
    // Places 0 and 3 whole, the others by short ids.
    good.head.header.tx_count = 4;
    good.id = block_id(good.head);
    good.short_ids = {{1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}}; // the same twice is no fault of form
    good.prefilled = {{0, maker.transaction()}, {3, maker.transaction()}};
    CHECK(message_of(text_of(good)) == Message(good));
    const auto fault = [](const CompactBlock& block) { return fault_of(text_of(block)); };

    CompactBlock bad = good;
    bad.height = bad.height.next();
    CHECK(fault(bad) == "bad-h");
    bad = good;
    bad.id.bytes[0] ^= 1;
    CHECK(fault(bad) == "bad-id");
    bad = good;
    bad.short_ids.pop_back(); // one too few, then one too many
    CHECK(fault(bad) == "bad-body");
    bad.short_ids.resize(3);
    CHECK(fault(bad) == "bad-body");
    bad.short_ids.resize(5);
    CHECK(fault(bad) == "bad-body");
    bad = good;
    bad.prefilled[1].index = 0; // a place twice, descending, behind the end
    CHECK(fault(bad) == "bad-body");
    std::swap(bad.prefilled[0].index, bad.prefilled[1].index);
    bad.prefilled[0].index = 3;
    CHECK(fault(bad) == "bad-body");
    bad = good;
    bad.prefilled[1].index = 4;
    CHECK(fault(bad) == "bad-body");
    bad.prefilled[1].index = UINT32_MAX;
    CHECK(fault(bad) == "bad-body");
    bad = good;
    bad.head.header.tx_count = 8'193; // more than a block may have
    bad.short_ids.resize(8'191);
    bad.id = block_id(bad.head);
    CHECK(fault(bad) == "bad-body");
}

TEST_CASE("a compact block's counts are not believed", "[wire]") {
    CompactBlock block = MessageMaker(8).compact_block(0);
    block.head.header.tx_count = 8'192;
    block.id = block_id(block.head);
    const std::string line = "CBLK h=" + std::to_string(block.height.value) + " id=" + block.id.hex();
    const Bytes whole = compact_body(block);
    REQUIRE(whole.size() == 195);
    for (const std::size_t count_at : {std::size_t{187}, std::size_t{191}}) {
        for (const std::uint32_t count : {1U, 8'192U, 0x7fffffffU, 0xffffffffU}) {
            Bytes body = whole;
            store_le(body.data() + count_at, count);
            CHECK(fault_of(with_body(line, body)) == "bad-body");
        }
    }
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(fault_of(with_body(line, ByteView(whole).first(size))) == "bad-body");
}

TEST_CASE("GETBTX names ascending places within a block", "[wire]") {
    const std::string line = "GETBTX id=" + id_hex;
    const auto body = [](std::initializer_list<std::uint32_t> indexes) {
        Bytes out;
        Writer to(out);
        for (const std::uint32_t index : indexes) to.integer(index);
        return out;
    };
    CHECK(message_of(with_body(line, body({0, 5, 8'191}))) ==
          Message(GetBlockTxs{BlockId{id_bytes}, {0, 5, 8'191}}));
    CHECK(fault_of(with_body(line, body({}))) == "bad-body");
    CHECK(fault_of(with_body(line, body({5, 5}))) == "bad-body");
    CHECK(fault_of(with_body(line, body({5, 4}))) == "bad-body");
    CHECK(fault_of(with_body(line, body({8'192}))) == "bad-body");
    CHECK(fault_of(with_body(line, Bytes(5))) == "bad-body");
    CHECK(fault_of(with_body("GETBTX", body({1}))) == "missing-id");
}

TEST_CASE("BTX holds as many transactions as it says and nothing else", "[wire]") {
    MessageMaker maker(9);
    const std::vector<Transaction> txs = maker.transactions(3);
    Bytes body;
    for (const Transaction& tx : txs) append(body, encode(tx));
    const std::string line = "BTX id=" + id_hex + " n=";
    CHECK(message_of(with_body(line + "3", body)) == Message(BlockTxs{BlockId{id_bytes}, txs}));
    CHECK(message_of(with_body(line + "0", {})) == Message(BlockTxs{BlockId{id_bytes}, {}}));
    CHECK(fault_of(with_body(line + "2", body)) == "bad-body");
    CHECK(fault_of(with_body(line + "4294967295", body)) == "bad-n");
    CHECK(fault_of(with_body("BTX id=" + id_hex, body)) == "missing-n");
    body.pop_back();
    CHECK(fault_of(with_body(line + "3", body)) == "bad-body");
}

TEST_CASE("ADDR holds entries of 26 bytes", "[wire]") {
    Addr addr;
    addr.entries.push_back({*parse_endpoint("1.2.3.4:9401"), Time{0x0102030405060708}});
    addr.entries.push_back({*parse_endpoint("[2001:db8::1]:1"), Time{UINT64_MAX}});
    const std::string hex = "00000000000000000000ffff01020304b9240807060504030201"
                            "20010db80000000000000000000000010100ffffffffffffffff";
    CHECK(message_of("ADDR n=2 body=52\n" + hex + "\n") == Message(addr));
    CHECK(message_of("ADDR n=0 body=0\n\n") == Message(Addr{}));
    CHECK(fault_of("ADDR n=1 body=52\n" + hex + "\n") == "bad-n");
    CHECK(fault_of("ADDR body=0\n\n") == "missing-n");
    CHECK(fault_of("ADDR n=0\n") == "missing-body");
}

TEST_CASE("requests without fields are read", "[wire]") {
    CHECK(message_of("GETADDR\n") == Message(GetAddr{}));
    CHECK(message_of("STATUS\n") == Message(Status{}));
    CHECK(message_of("HELP\n") == Message(Help{}));
    CHECK(message_of("BYE\n") == Message(Bye{}));
}
