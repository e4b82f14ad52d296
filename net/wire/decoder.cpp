#include <wire/decoder.hpp>
#include <wire/line.hpp>
#include <wire/message_reader.hpp>
#include <wire/verb.hpp>

#include <algorithm>
#include <cassert>

namespace cairn::net {
namespace {

constexpr Byte lf = '\n';
constexpr Byte cr = '\r';

bool is_printable(Byte b) { return b >= 0x20 && b <= 0x7e; }

bool is_of_one_block(Verb verb) {
    return verb == Verb::block || verb == Verb::compact_block || verb == Verb::get_block_txs ||
           verb == Verb::block_txs;
}

} // namespace

Decoder::Decoder(DecoderLimits limits) : limits_(limits) {}

void Decoder::feed(ByteView bytes) {
    if (state_ == State::lost) return;
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    append(in_, bytes);
}

Decoder::Step Decoder::next() {
    switch (state_) {
    case State::line:
        return take_line();
    case State::body_due:
        return body_due();
    case State::body:
        return take_body();
    case State::lost:
        break;
    }
    return Violation{why_};
}

void Decoder::accept_body() {
    assert(state_ == State::body_due);
    if (state_ == State::body_due) state_ = State::body;
}

Decoder::Step Decoder::take_line() {
    for (const ByteView bytes = rest(); scanned_ < bytes.size(); ++scanned_) {
        const Byte b = bytes[scanned_];
        if (b == lf) {
            std::string_view line = as_text(bytes.first(scanned_));
            if (line.ends_with('\r')) line.remove_suffix(1);
            at_ += scanned_ + 1;
            scanned_ = 0;
            return begin(line);
        }
        // The last place of a line is its LF's.
        if (scanned_ + 1 >= limits::line_bytes) return lose("line-too-long");
        if (scanned_ > 0 && bytes[scanned_ - 1] == cr) return lose("cr-within-line");
        if (b != cr && !is_printable(b)) return lose("not-printable");
    }
    return need_more();
}

Decoder::Step Decoder::begin(std::string_view line) {
    if (first_line_ && is_http(line)) return lose("http");
    first_line_ = false;
    const auto head = read_line_head(line);
    if (!head) return lose(head.error());
    if (!head->body) return read_message(line, std::nullopt, limits_);
    const auto verb = verb_of(head->verb);
    // Of a verb that nobody here knows no body is wanted: its limit is 0.
    if (*head->body > (verb ? body_limit(*verb, limits_) : 0)) return lose("body-too-large");
    body_bytes_ = static_cast<std::size_t>(*head->body);
    line_ = line;
    state_ = State::body_due;
    return body_due();
}

Decoder::Step Decoder::body_due() const {
    BodyDue out;
    const auto head = read_line_head(line_);
    out.verb = head ? std::string(head->verb) : std::string{};
    out.bytes = body_bytes_;
    const auto verb = verb_of(out.verb);
    if (!verb || !is_of_one_block(*verb)) return out;
    const auto id = Fields(line_).find("id");
    if (id) out.id = array_from_hex<32>(*id);
    return out;
}

void Decoder::append_body(ByteView part) {
    const std::size_t size = body_.size() + part.size();
    // Doubling, yet never above what the line announced.
    if (size > body_.capacity()) body_.reserve(std::min(body_bytes_, std::max(size, 2 * body_.capacity())));
    append(body_, part);
}

/// Takes the pairs of digits that are there; false where something else stands.
bool Decoder::take_hex() {
    const ByteView bytes = rest();
    const std::size_t missing = body_bytes_ - body_.size();
    const std::size_t pairs = std::min(missing, bytes.size() / 2);
    const auto part = from_hex(as_text(bytes.first(2 * pairs)));
    if (!part) return false;
    append_body(*part);
    at_ += 2 * pairs;
    // Half a pair: a wrong one is known at once, without waiting for its neighbour.
    if (pairs == missing || rest().empty()) return true;
    const std::array<char, 2> half{'0', static_cast<char>(rest().front())};
    return from_hex({half.data(), half.size()}).has_value();
}

Decoder::Step Decoder::take_body() {
    if (raw_) {
        const ByteView part = rest().first(std::min(body_bytes_ - body_.size(), rest().size()));
        append_body(part);
        at_ += part.size();
    } else if (!take_hex()) {
        return lose("body-not-hex");
    }
    return body_.size() == body_bytes_ ? take_body_end() : need_more();
}

Decoder::Step Decoder::take_body_end() {
    const ByteView bytes = rest();
    // A line of digits may end in CR LF as any other; raw bytes are followed by LF alone.
    const std::size_t end = !raw_ && !bytes.empty() && bytes.front() == cr ? 1 : 0;
    if (bytes.size() <= end) return need_more();
    if (bytes[end] != lf) return lose("body-not-ended");
    at_ += end + 1;
    const std::string line = std::exchange(line_, {});
    state_ = State::line;
    return read_message(line, std::exchange(body_, {}), limits_);
}

Decoder::Step Decoder::need_more() {
    // One large read must not be paid for as long as the peer stays.
    if (at_ == in_.size() && in_.capacity() > 4 * limits::line_bytes) {
        in_ = Bytes{};
        at_ = 0;
    }
    return NeedMore{};
}

Decoder::Step Decoder::lose(std::string why) {
    state_ = State::lost;
    why_ = std::move(why);
    in_ = Bytes{};
    at_ = 0;
    line_.clear();
    body_ = Bytes{};
    return Violation{why_};
}

} // namespace cairn::net
