// Fuzz target: what a peer sends, lines and bodies, in pieces of any size. The first byte chooses: bit 0 raw
// bodies, the rest how long a piece is. However it is cut, the same comes out; what was read comes back as
// itself when it is written again; no more is kept than the contract says.
#include <wire/decoder.hpp>
#include <wire/encoder.hpp>
#include <wire/verb.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace cairn;
using namespace cairn::net;

constexpr DecoderLimits limits_of_test{SealKind::work, 4'096, 64};

void require(bool holds) {
    if (!holds) std::abort();
}

struct Outcome {
    std::vector<Message> messages;
    bool lost = false;
};

Outcome decode(ByteView bytes, bool raw, std::size_t piece) {
    Decoder decoder(limits_of_test);
    if (raw) decoder.use_raw();
    Outcome out;
    while (!bytes.empty() && !out.lost) {
        const ByteView part = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(part.size());
        decoder.feed(part);
        std::size_t awaited = 0;
        for (bool more = true; more;) {
            auto step = decoder.next();
            if (auto* message = std::get_if<Message>(&step)) {
                out.messages.push_back(std::move(*message));
                awaited = 0;
            } else if (const auto* due = std::get_if<Decoder::BodyDue>(&step)) {
                const auto verb = verb_of(due->verb);
                require(due->bytes <= (verb ? body_limit(*verb, limits_of_test) : 0));
                awaited = due->bytes;
                decoder.accept_body();
            } else {
                more = false;
                out.lost = std::holds_alternative<Decoder::Violation>(step);
            }
        }
        // A line, and the body that it announced: never more than the greatest there is.
        const std::size_t most =
            net::limits::line_bytes + net::limits::headers * net::limits::sealed_header_bytes;
        require(decoder.buffered() <= most && awaited <= most);
    }
    return out;
}

/// What was read is written, and read again.
void look_at(const Message& message) {
    if (std::holds_alternative<Unknown>(message)) return;
    if (const auto* bad = std::get_if<Malformed>(&message)) {
        require(bad->verb != "ERR" && !bad->why.empty() && bad->why.size() <= net::limits::message_chars);
        return;
    }
    for (const bool raw : {false, true}) {
        // Not as the first line: that may not look like HTTP, and the keys of an OK are free.
        Bytes bytes = encode(Bye{}, raw);
        append(bytes, encode(message, raw));
        const Outcome again = decode(bytes, raw, SIZE_MAX);
        require(!again.lost && again.messages.size() == 2);
        // An id of a missing item or a field of an OK may be left out where the line was full.
        const bool may_differ = std::holds_alternative<Ok>(message) || std::holds_alternative<Err>(message);
        require(may_differ || again.messages.back() == message);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bool raw = (data[0] & 1) != 0;
    const std::size_t piece = std::size_t{data[0]} / 2 + 1;
    const ByteView bytes = ByteView(data, size).subspan(1);
    const Outcome whole = decode(bytes, raw, SIZE_MAX);
    const Outcome pieces = decode(bytes, raw, piece);
    require(whole.messages == pieces.messages && whole.lost == pieces.lost);
    for (const Message& message : whole.messages) look_at(message);
    return 0;
}
