// What a peer asked for and was not given yet: answered in the order of asking, as long as its send queue has
// room, so that a peer that asks for much and reads little costs little. Owned by the peer's record.
#pragma once

#include <chain/chain.hpp>
#include <chain/mempool.hpp>
#include <wire/message.hpp>

#include <deque>
#include <optional>

namespace cairn::net {

/// What answers are made from.
struct AnswerSource {
    const chain::Chain& chain;
    const chain::Mempool& mempool;
    std::size_t peers = 0; ///< for STATUS
};

class Answers {
  public:
    static constexpr std::size_t max_requests = 64; ///< waiting; more is abuse
    /// No further answer while so many bytes wait to be sent to the peer.
    static constexpr std::size_t send_room = 1u << 20;

    /// GETHDR, GET, GETBTX, PING, STATUS, HELP and what must be answered after them. False: too many wait.
    bool add(Message request);
    bool empty() const { return requests_.empty(); }
    /// The next answer; nullopt where all is answered.
    std::optional<Message> next(const AnswerSource& source);

  private:
    std::optional<Message> next_item(Get& get, const AnswerSource& source);

    std::deque<Message> requests_;
    std::size_t given_ = 0; ///< items of the first request
};

} // namespace cairn::net
