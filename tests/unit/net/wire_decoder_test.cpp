// Framing: where lines and bodies begin and end, and what ends a connection.
#include "wire_support.hpp"

#include <malloc.h>

using namespace cairn;
using namespace cairn::net;
using namespace cairn::test;

namespace {

const std::string id_hex(64, 'a');

/// Bytes on the heap; 0 under a sanitizer, which keeps its own books.
std::size_t heap_bytes() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::string line_of(std::size_t bytes) {
    const std::string head = "PING n=1 x=";
    return head + std::string(bytes - head.size() - 1, 'x') + "\n";
}

} // namespace

TEST_CASE("a line of 1,024 bytes with its LF is read, a longer one ends the connection", "[wire]") {
    CHECK(message_of(line_of(1'024)) == Message(Ping{1}));
    CHECK(violation_of(line_of(1'025)) == "line-too-long");
    // Known at the byte that cannot be an LF any more, not at the end.
    CHECK(violation_of(std::string(1'023, 'x')).empty());
    CHECK(violation_of(std::string(1'024, 'x')) == "line-too-long");
    // CR counts.
    std::string with_cr = line_of(1'024);
    with_cr.insert(with_cr.size() - 1, "\r");
    CHECK(violation_of(with_cr) == "line-too-long");
}

TEST_CASE("CR is tolerated before LF and nowhere else", "[wire]") {
    CHECK(message_of("PING n=7\r\n") == Message(Ping{7}));
    CHECK(violation_of("PING\r n=7\n") == "cr-within-line");
    CHECK(violation_of("PING n=7\r\r\n") == "cr-within-line");
    CHECK(message_of("INV t=tx n=1 body=32\r\n" + id_hex + "\r\n") ==
          Message(Inv{ItemKind::tx, {*array_from_hex<32>(id_hex)}}));
    // The end of raw bytes is LF alone.
    CHECK(violation_of("INV t=tx n=1 body=32\n" + std::string(32, 'a') + "\r\n", true) == "body-not-ended");
}

TEST_CASE("what is not printable ASCII ends the connection at once", "[wire]") {
    for (int c = 0; c < 256; ++c) {
        if (c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e)) continue;
        INFO("character " << c);
        CHECK(violation_of(std::string("PIN") + static_cast<char>(c)) == "not-printable");
    }
    CHECK(violation_of("\x16\x03\x01") == "not-printable"); // TLS
}

TEST_CASE("a browser's first line ends the connection", "[wire]") {
    for (const char* verb : {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY"}) {
        CHECK(violation_of(std::string(verb) + " / HTTP/1.1\r\n") == "http");
        CHECK(violation_of(std::string(verb) + " /path\n") == "http");
        CHECK(violation_of(std::string(verb) + " http://host/ HTTP/1.0\n") == "http");
    }
    CHECK(violation_of("OPTIONS * HTTP/1.1\r\n") == "http");
    CHECK(violation_of("CONNECT host:443 HTTP/1.1\r\n") == "http");
    CHECK(violation_of("HTTP/1.1 200 OK\r\n") == "http");
    CHECK(violation_of("PRI * HTTP/2.0\r\n") == "http");
    CHECK(violation_of("GET  /\n") == "http");
    // Our own GET is none, nor is an agent that calls itself so.
    CHECK(message_of("GET t=blk id=" + id_hex + "\n") ==
          Message(Get{ItemKind::block, {*array_from_hex<32>(id_hex)}}));
    CHECK(std::holds_alternative<Hello>(message_of("HELLO v=1 net=00000000 ua=HTTP/1.1\n")));
    // Only the first line is looked at so.
    const Decoded later = decode_both("PING n=1\nGET / HTTP/1.1\n");
    CHECK(later.violation.empty());
    CHECK(later.messages.at(1) == Message(Malformed{"GET", "no-key=value"}));
}

TEST_CASE("a body above its verb's limit ends the connection before any memory is taken", "[wire]") {
    struct Row {
        std::string line;
        std::size_t limit;
    };
    const std::string block_fields = " h=1 id=" + id_hex;
    const std::vector<Row> rows{{"HDR n=1", 358'000},
                                {"INV t=tx n=1", 32'000},
                                {"GET t=tx", 32'000},
                                {"TX", 98'304},
                                {"BLK" + block_fields, 1'048'576},
                                {"CBLK" + block_fields, 1'048'576 + 16 + 31'300},
                                {"GETBTX" + block_fields, 31'300},
                                {"BTX n=1" + block_fields, 1'048'576},
                                {"ADDR n=1", 2'600},
                                {"HELLO v=1 net=00000000", 0},
                                {"OK re=X", 0},
                                {"ERR code=1", 0},
                                {"PING", 0},
                                {"PONG", 0},
                                {"GETHDR loc=" + id_hex, 0},
                                {"RELAY blk=hdr", 0},
                                {"FEE min=1", 0},
                                {"GETADDR", 0},
                                {"STATUS", 0},
                                {"HELP", 0},
                                {"BYE", 0},
                                {"GETSNAP", 0},
                                {"FOO", 0}};
    for (const Row& row : rows) {
        INFO(row.line);
        const Decoded within = decode(row.line + " body=" + std::to_string(row.limit) + "\n");
        CHECK(within.violation.empty());
        REQUIRE(within.bodies.size() == 1);
        CHECK(within.bodies[0].bytes == row.limit);
        CHECK(within.bodies[0].verb == row.line.substr(0, row.line.find(' ')));
        const std::string body = std::to_string(row.limit + 1);
        CHECK(violation_of(row.line + " body=" + body + "\n") == "body-too-large");
        for (const char* huge : {"4294967295", "4294967296", "18446744073709551615", "18446744073709551616",
                                 "99999999999999999999999999999999999999999999999999",
                                 "340282366920938463463374607431768211456"})
            CHECK(violation_of(row.line + " body=" + huge + "\n") == "body-too-large");
    }
}

TEST_CASE("an announced body takes memory only as its bytes arrive", "[wire]") {
    constexpr std::size_t peers = 200;
    const std::string line = "BLK h=1 id=" + id_hex + " body=1048576\n";
    std::vector<Decoder> decoders;
    decoders.reserve(peers);
    const std::size_t before = heap_bytes();
    for (std::size_t i = 0; i < peers; ++i) {
        Decoder& decoder = decoders.emplace_back(wire_limits);
        decoder.use_raw();
        decoder.feed(as_bytes(line));
        REQUIRE(std::holds_alternative<Decoder::BodyDue>(decoder.next()));
        decoder.accept_body();
        decoder.feed(as_bytes("x")); // the first byte of a million takes no room for the others
        CHECK(std::holds_alternative<Decoder::NeedMore>(decoder.next()));
        CHECK(decoder.buffered() < 1'024);
    }
    CHECK(heap_bytes() <= before + peers * 4'096);

    // And no more than was announced, however it comes.
    Decoder& decoder = decoders.front();
    const Bytes piece(65'535, 0);
    for (std::size_t i = 0; i < 16; ++i) {
        decoder.feed(piece);
        CHECK(std::holds_alternative<Decoder::NeedMore>(decoder.next()));
    }
    CHECK(decoder.buffered() == 1 + 16 * piece.size() + line.size() - 1);
    CHECK(heap_bytes() <= before + peers * 4'096 + 1'048'576 + 65'536);
}

TEST_CASE("a long read leaves no memory behind", "[wire]") {
    const std::size_t before = heap_bytes();
    Decoder decoder(wire_limits);
    {
        std::string text;
        for (int i = 0; i < 10'000; ++i) text += "PING n=1\n";
        decoder.feed(as_bytes(text));
    }
    std::size_t count = 0;
    for (auto step = decoder.next(); std::holds_alternative<Message>(step); step = decoder.next()) ++count;
    CHECK(count == 10'000);
    CHECK(decoder.buffered() == 0);
    CHECK(heap_bytes() <= before + 8'192);
}

TEST_CASE("body=N is the last word, and a decimal number", "[wire]") {
    CHECK(violation_of("TX body=1 x=2\n") == "body-not-last");
    CHECK(violation_of("TX body=1 body=1\n") == "body-not-last");
    CHECK(violation_of("FOO body=0 x\n") == "body-not-last");
    for (const char* bad : {"body=", "body=-1", "body=+1", "body=0x10", "body=1,2", "body=1.0", "body=ten"})
        CHECK(violation_of(std::string("TX ") + bad + "\n") == "bad-body-length");
    // A verb may be called so; the length is a word after it.
    CHECK(message_of("body=5\n") == Message(Unknown{"body=5"}));
}

TEST_CASE("a body that is not of its length ends the connection", "[wire]") {
    const std::string line = "INV t=tx n=1 body=32\n";
    CHECK(violation_of(line + id_hex + "0\n") == "body-not-ended");
    CHECK(violation_of(line + id_hex + "PING\n") == "body-not-ended");
    CHECK(violation_of(line + id_hex + "\rPING\n") == "body-not-ended");
    CHECK(violation_of(line + id_hex.substr(2) + "\n") == "body-not-hex");
    CHECK(violation_of(line + id_hex.substr(1) + "\n") == "body-not-hex");
    CHECK(violation_of(line + "\n") == "body-not-hex");
    CHECK(violation_of(line + "zz") == "body-not-hex");
    CHECK(violation_of(line + "a ") == "body-not-hex");
    CHECK(violation_of(line + std::string(33, 'a') + "\n", true) == "body-not-ended");
    CHECK(violation_of(line + std::string(31, 'a') + "\n" + "PING\n", true) == "body-not-ended");
}

TEST_CASE("hexadecimal bodies are read in either case", "[wire]") {
    const std::string upper(64, 'A');
    const std::string mixed = id_hex.substr(0, 32) + upper.substr(0, 32);
    for (const std::string& body : {id_hex, upper, mixed})
        CHECK(message_of("INV t=blk n=1 body=32\n" + body + "\n") ==
              Message(Inv{ItemKind::block, {*array_from_hex<32>(id_hex)}}));
}

TEST_CASE("a raw body may hold any bytes, line ends among them", "[wire]") {
    std::string body;
    for (int c = 0; c < 256; ++c) body += static_cast<char>(c);
    const std::string text = "BLK h=5 id=" + id_hex + " body=256\n" + body + "\nPING n=1\n";
    const Decoded out = decode_both(text, true);
    REQUIRE(out.messages.size() == 2);
    const ByteView bytes = as_bytes(body);
    CHECK(std::get<BlockMessage>(out.messages[0]).body == Bytes(bytes.begin(), bytes.end()));
    CHECK(out.messages[1] == Message(Ping{1}));
}

TEST_CASE("bodies are raw from use_raw() on, those before are not", "[wire]") {
    const std::string line = "INV t=tx n=1 body=32\n";
    Decoder decoder(wire_limits);
    decoder.feed(as_bytes(line + id_hex + "\n" + line + std::string(32, '\n') + "\n"));
    const Message first = Inv{ItemKind::tx, {*array_from_hex<32>(id_hex)}};
    REQUIRE(std::holds_alternative<Decoder::BodyDue>(decoder.next()));
    decoder.accept_body();
    CHECK(std::get<Message>(decoder.next()) == first);
    decoder.use_raw();
    REQUIRE(std::holds_alternative<Decoder::BodyDue>(decoder.next()));
    decoder.accept_body();
    Hash256 second;
    second.fill('\n');
    CHECK(std::get<Message>(decoder.next()) == Message(Inv{ItemKind::tx, {second}}));
}

TEST_CASE("a body waits until it is accepted, and names its block", "[wire]") {
    Decoder decoder(wire_limits);
    decoder.feed(as_bytes("BLK h=5 id=" + id_hex + " body=2\nabcd\nPING\n"));
    for (int i = 0; i < 3; ++i) {
        const auto step = decoder.next();
        REQUIRE(std::holds_alternative<Decoder::BodyDue>(step));
        CHECK(std::get<Decoder::BodyDue>(step).verb == "BLK");
        CHECK(std::get<Decoder::BodyDue>(step).bytes == 2);
        CHECK(std::get<Decoder::BodyDue>(step).id == array_from_hex<32>(id_hex));
    }
    decoder.accept_body();
    CHECK(std::get<Message>(decoder.next()) ==
          Message(BlockMessage{Height{5}, *BlockId::from_hex(id_hex), {0xab, 0xcd}}));
    CHECK(std::get<Message>(decoder.next()) == Message(Ping{0}));

    const std::string other = " body=0\n\n";
    const std::string named = id_hex + other;
    for (const char* start : {"CBLK id=", "GETBTX id=", "BTX id=", "BLK id="})
        CHECK(decode(start + named).bodies.at(0).id.has_value());
    for (const char* verb : {"BLK id=12", "BLK", "TX", "INV"})
        CHECK_FALSE(decode(verb + other).bodies.at(0).id.has_value());
}

TEST_CASE("after a violation nothing is read and nothing is kept", "[wire]") {
    Decoder decoder(wire_limits);
    decoder.feed(as_bytes("TX body=4294967295\nPING n=1\n"));
    REQUIRE(std::holds_alternative<Decoder::Violation>(decoder.next()));
    CHECK(decoder.buffered() == 0);
    decoder.feed(as_bytes("PING n=1\n"));
    CHECK(decoder.buffered() == 0);
    const auto step = decoder.next();
    REQUIRE(std::holds_alternative<Decoder::Violation>(step));
    CHECK(std::get<Decoder::Violation>(step).why == "body-too-large");
}

TEST_CASE("a body of no bytes is an empty line, whoever announces it", "[wire]") {
    for (const bool raw : {false, true}) {
        CHECK(message_of("HDR n=0 body=0\n\n", raw) == Message(Headers{}));
        CHECK(message_of("STATUS body=0\n\n", raw) == Message(Status{}));
        CHECK(message_of("FOO body=0\n\n", raw) == Message(Unknown{"FOO"}));
        CHECK(violation_of("STATUS body=0\nSTATUS\n", raw) == "body-not-ended");
    }
}
