// What a peer asked for and was not given yet: answered in the order of asking, as long as its send queue has
// room, so that a peer that asks for much and reads little costs little. Owned by the peer's record.
#pragma once

#include <chain/chain.hpp>
#include <chain/mempool.hpp>
#include <wire/message.hpp>

#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace cairn::net {

/// What answers are made from.
struct AnswerSource {
    const chain::Chain& chain;
    const chain::Mempool& mempool;
    std::size_t peers = 0; ///< for STATUS
};

class Answers {
  public:
    static constexpr std::size_t max_requests = 64;  ///< waiting; more is abuse
    static constexpr std::size_t max_items = 16'384; ///< the same, of ids and indexes in them
    static constexpr std::size_t max_blocks = 16;    ///< asked for and not answered; more costs
    static constexpr std::size_t max_headers = 2;    ///< GETHDR, the same
    /// No further answer while so many bytes wait to be sent to the peer.
    static constexpr std::size_t send_room = 1u << 20;

    /// GETHDR, GET of blocks, GETBTX (its places ascending), PING, STATUS, HELP; and answers that are ready,
    /// whose turn comes after what was asked before. False: too many wait.
    bool add(Message request);
    /// GET of transactions; `here`: whether it may have each. What is gone by its turn is missing, too.
    bool add_transactions(std::vector<Hash256> ids, std::vector<bool> here);
    bool empty() const { return requests_.empty(); }
    /// Requests beyond max_blocks and max_headers that wait.
    std::size_t excess() const;
    /// The next answer; nullopt where all is answered. What cannot be read from the store is ERR 500.
    std::optional<Message> next(const AnswerSource& source);

  private:
    struct Transactions {
        std::vector<Hash256> ids;
        std::vector<bool> here;
    };
    using Request = std::variant<Message, Transactions>;

    bool has_room(std::size_t items) const;
    void pop();
    std::optional<Message> next_item(const AnswerSource& source);

    std::deque<Request> requests_;
    std::size_t given_ = 0;   ///< items of the first request
    std::size_t items_ = 0;   ///< of all that wait
    std::size_t blocks_ = 0;  ///< of them, blocks
    std::size_t headers_ = 0; ///< GETHDRs that wait
};

} // namespace cairn::net
