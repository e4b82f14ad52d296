// Text in, what the decoder makes of it out.
#pragma once

#include "catch.hpp"
#include "support/messages.hpp"
#include <wire/decoder.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::test {

using net::Decoder;
using net::Message;

/// Of one peer's bytes: the messages, the bodies that were announced, and why it ended.
struct Decoded {
    std::vector<Message> messages;
    std::vector<Decoder::BodyDue> bodies;
    std::string violation; ///< empty: none
    std::size_t buffered = 0;
};

/// Feeds `text` in pieces of at most `most` bytes and accepts every body.
inline Decoded decode(std::string_view text, bool raw = false, std::size_t most = SIZE_MAX) {
    Decoder decoder(wire_limits);
    if (raw) decoder.use_raw();
    Decoded out;
    while (!text.empty() && out.violation.empty()) {
        decoder.feed(as_bytes(text.substr(0, most)));
        text.remove_prefix(std::min(most, text.size()));
        for (bool more = true; more;) {
            auto step = decoder.next();
            if (auto* message = std::get_if<Message>(&step)) {
                out.messages.push_back(std::move(*message));
            } else if (auto* due = std::get_if<Decoder::BodyDue>(&step)) {
                out.bodies.push_back(std::move(*due));
                decoder.accept_body();
            } else {
                more = false;
                if (auto* violation = std::get_if<Decoder::Violation>(&step)) out.violation = violation->why;
            }
        }
    }
    out.buffered = decoder.buffered();
    return out;
}

/// The same whole and byte by byte; the test fails where they differ.
inline Decoded decode_both(std::string_view text, bool raw = false) {
    Decoded whole = decode(text, raw);
    const Decoded bytes = decode(text, raw, 1);
    CHECK(whole.messages == bytes.messages);
    CHECK(whole.violation == bytes.violation);
    CHECK(whole.bodies.size() == bytes.bodies.size());
    return whole;
}

/// The one message of `text`.
inline Message message_of(std::string_view text, bool raw = false) {
    Decoded out = decode_both(text, raw);
    INFO(text.substr(0, 200));
    REQUIRE(out.violation.empty());
    REQUIRE(out.messages.size() == 1);
    return std::move(out.messages.front());
}

/// Why `text` is malformed; empty where it is not.
inline std::string fault_of(std::string_view text) {
    const Message message = message_of(text);
    const auto* bad = std::get_if<net::Malformed>(&message);
    return bad != nullptr ? bad->why : std::string();
}

inline std::string violation_of(std::string_view text, bool raw = false) {
    return decode_both(text, raw).violation;
}

inline std::string text_of(const Message& message, bool raw = false) {
    return std::string(as_text(net::encode(message, raw)));
}

} // namespace cairn::test
