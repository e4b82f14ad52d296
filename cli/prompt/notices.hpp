// What the prompt says of the chain and of peers: events folded into few lines. Blocks and peers are counted
// together and told in one line at most twice a second; what concerns the user's own wallet, reorganisations,
// and peers of the user's that cannot be reached are always told.
#pragma once

#include <cli/commands/own_payments.hpp>
#include <consensus/parameters.hpp>
#include <crypto/address.hpp>
#include <protocol/io.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cairn::cli {

/// How notices write things. What it points to outlives the notices.
struct NoticeStyle {
    std::string prefix; ///< of addresses
    std::string ticker;
    std::vector<crypto::Address> own; ///< of the current wallet
    bool colour = false;
    const consensus::Parameters* parameters = nullptr; ///< of the network, for rewards that are taken back
};

class Notices {
  public:
    static constexpr std::uint64_t pace_ms = 500;
    static constexpr std::uint64_t settling_ms = 300;

    /// `quiet`: of a command that says itself what came of it: blocks and peers are not told.
    void fold(const net::Event& event, const NoticeStyle& style, bool quiet);
    /// One of the user's that began to wait for a block: told where it is to the user.
    void fold(const OwnPayment& payment, const NoticeStyle& style);
    bool waiting() const;
    /// ms until they may be shown; 0 where that is now.
    std::uint64_t due_in(std::uint64_t now_ms) const;
    /// Not before the terminal has settled: while its size changes, nobody knows where the line stands.
    void postpone(std::uint64_t now_ms);
    /// What there is to say, line by line, and nothing is left.
    std::string take(std::uint64_t now_ms);

  private:
    /// Lines between two showings; those that are too many are counted.
    struct Lines {
        std::vector<std::string> lines;
        std::size_t left_out = 0;
        void say(std::string line);
        std::string take(const char* of_the_others);
    };

    void fold_chain(const chain::Event& event, const NoticeStyle& style, bool quiet);
    void fold_payments(const chain::Event& event, const NoticeStyle& style);
    /// What a reorganisation does to the wallet, block by block up to its last.
    void fold_reorganisation(const chain::Event& event, const NoticeStyle& style);
    void say_reorganisation();
    std::string take_blocks();
    std::string take_peers();

    static constexpr std::size_t most_lines = 20;
    Lines own_; ///< of the wallet
    Lines alarms_;
    struct Reorganisation {
        std::string line;
        BlockId to;
        Int128 effect = 0; ///< on the wallet, in units
        NoticeStyle style;
        bool alarming = false;
    };
    std::optional<Reorganisation> reorganisation_; ///< whose blocks come one by one
    std::uint64_t blocks_ = 0;
    std::uint64_t txs_ = 0;
    std::uint32_t height_ = 0;
    std::map<net::PeerId, std::string> came_; ///< and did not go again
    std::uint64_t went_ = 0;
    std::string one_went_; ///< who, and why
    std::uint64_t passed_ = 0;
    std::uint64_t shown_ms_ = 0;
};

} // namespace cairn::cli
