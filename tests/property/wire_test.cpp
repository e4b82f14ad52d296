// What holds for every message of the line protocol, over seeds.
#include "catch.hpp"
#include "support/messages.hpp"
#include <wire/decoder.hpp>

using namespace cairn;
using namespace cairn::net;
using cairn::test::MessageMaker;
using cairn::test::wire_limits;

namespace {

/// All messages of `bytes`, fed in pieces of at most `most` bytes; bodies are accepted.
std::vector<Message> decode(ByteView bytes, bool raw, std::size_t most) {
    Decoder decoder(wire_limits);
    if (raw) decoder.use_raw();
    std::vector<Message> out;
    for (std::size_t at = 0; at < bytes.size(); at += most) {
        decoder.feed(bytes.subspan(at, std::min(most, bytes.size() - at)));
        for (auto step = decoder.next(); !std::holds_alternative<Decoder::NeedMore>(step);
             step = decoder.next()) {
            if (std::holds_alternative<Decoder::Violation>(step)) {
                FAIL_CHECK(std::get<Decoder::Violation>(step).why);
                return out;
            }
            if (std::holds_alternative<Decoder::BodyDue>(step)) decoder.accept_body();
            if (auto* message = std::get_if<Message>(&step)) out.push_back(std::move(*message));
        }
    }
    CHECK(decoder.buffered() == 0);
    return out;
}

} // namespace

TEST_CASE("every message comes back as it went, raw and in hex, in pieces of any size", "[wire]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const std::vector<Message> sent = MessageMaker(seed).all();
        for (const bool raw : {false, true}) {
            Bytes stream;
            for (const Message& message : sent) append(stream, encode(message, raw));
            for (const std::size_t most : {std::size_t{1}, std::size_t{7}, std::size_t{100}, stream.size()}) {
                INFO("seed " << seed << " raw " << raw << " pieces " << most);
                const std::vector<Message> got = decode(stream, raw, most);
                REQUIRE(got.size() == sent.size());
                for (std::size_t i = 0; i < got.size(); ++i) {
                    INFO("message " << i << ", of type " << sent[i].index() << " as " << got[i].index());
                    if (const auto* bad = std::get_if<Malformed>(&got[i]))
                        FAIL_CHECK(bad->verb + " " + bad->why);
                    CHECK(got[i] == sent[i]);
                }
            }
        }
    }
}
