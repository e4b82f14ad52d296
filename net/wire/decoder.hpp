// Bytes of one peer → messages. Incremental: bytes come in as they arrive, in any pieces. One peer's decoder
// is used by one thread. After feeding, call next() until it answers NeedMore or Violation.
#pragma once

#include <wire/message.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

namespace cairn::net {

class Decoder {
  public:
    explicit Decoder(DecoderLimits limits);

    /// Appends. Once all is taken with next(), no more than an unfinished line and one accepted body stays
    /// buffered.
    void feed(ByteView bytes);

    struct NeedMore {};
    /// A line announced a body, within its verb's limit: the caller accepts it or drops the peer. Told again
    /// until accepted. `id` is the line's, for verbs whose body is of one block; nullopt where it cannot be
    /// read.
    struct BodyDue {
        std::string verb;
        std::size_t bytes = 0; ///< of the body itself; hexadecimal has twice as many on the wire
        std::optional<Hash256> id;
    };
    /// Where the next message starts is not known: drop the peer. Told for ever.
    struct Violation {
        std::string why;
    };
    using Step = std::variant<NeedMore, BodyDue, Message, Violation>;
    Step next();

    /// After BodyDue. Memory is taken as the body arrives, never more than it announced.
    void accept_body();

    /// Bodies from here on are raw: both HELLOs listed raw.
    void use_raw() { raw_ = true; }

    /// Bytes held: not yet taken, and of the body so far.
    std::size_t buffered() const { return in_.size() - at_ + line_.size() + body_.size(); }

  private:
    enum class State { line, body_due, body, lost };

    Step take_line();
    Step begin(std::string_view line);
    Step body_due() const;
    Step take_body();
    Step take_body_end();
    Step need_more();
    Step lose(std::string why);
    bool take_hex();
    void append_body(ByteView part);
    ByteView rest() const { return ByteView(in_).subspan(at_); }

    DecoderLimits limits_;
    State state_ = State::line;
    bool raw_ = false;
    bool first_line_ = true;
    Bytes in_; ///< as fed; taken up to at_
    std::size_t at_ = 0;
    std::size_t scanned_ = 0; ///< of the rest: seen, and no line ends there
    std::string line_;        ///< whose body is awaited
    std::size_t body_bytes_ = 0;
    Bytes body_;
    std::string why_;
};

} // namespace cairn::net
