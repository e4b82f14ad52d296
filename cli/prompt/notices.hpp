// What the prompt says of the chain: events folded into few lines. Blocks are counted together and told at
// most twice a second; what concerns the user's own wallet, and reorganisations, is always told.
#pragma once

#include <crypto/address.hpp>
#include <protocol/io.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cairn::cli {

/// How notices write things.
struct NoticeStyle {
    std::string prefix; ///< of addresses
    std::string ticker;
    std::vector<crypto::Address> own; ///< of the current wallet
    bool colour = false;
};

class Notices {
  public:
    static constexpr std::uint64_t pace_ms = 500;

    /// `quiet`: while a command runs, which says itself what it did: blocks are not told.
    void fold(const net::Event& event, const NoticeStyle& style, bool quiet);
    bool waiting() const { return blocks_ > 0 || !lines_.empty(); }
    /// ms until they may be shown; 0 where that is now.
    std::uint64_t due_in(std::uint64_t now_ms) const;
    /// What there is to say, line by line, and nothing is left.
    std::string take(std::uint64_t now_ms);

  private:
    void fold_chain(const chain::Event& event, const NoticeStyle& style, bool quiet);
    void fold_block(const chain::BlockConnected& event, const NoticeStyle& style);
    void say(std::string line);

    static constexpr std::size_t most_lines = 20; ///< own payments between two showings; more are counted
    std::vector<std::string> lines_;
    std::size_t left_out_ = 0;
    std::uint64_t blocks_ = 0;
    std::uint64_t txs_ = 0;
    std::uint32_t height_ = 0;
    std::uint64_t shown_ms_ = 0;
};

} // namespace cairn::cli
