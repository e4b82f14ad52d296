// Branches of headers and of blocks for the tests of synchronising, and peers that serve them. Every header
// passes rules 2 to 5; those of HeaderBranch have no bodies. For one thread.
#pragma once

#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "support/memory_chain.hpp"
#include <mining/kernel.hpp>
#include <wire/message.hpp>

#include <algorithm>
#include <vector>

namespace cairn::test {

inline void mine_quickly(SealedHeader& head) {
    const auto target = consensus::expand(head.header.target);
    head.seal = WorkSeal{mining::quick(header_digest(head.header), target.value(), 100'000'000).value()};
}

/// A branch from genesis on, as a peer that has it answers.
class HeaderBranch {
  public:
    explicit HeaderBranch(const consensus::Network& network, Byte mark = 0)
        : network_(network), mark_(mark), points_{consensus::genesis_point(network)} {}
    /// Shares the first `height` headers.
    HeaderBranch(const HeaderBranch& trunk, std::size_t height, Byte mark)
        : network_(trunk.network_),
          mark_(mark),
          heads_(trunk.heads_.begin(), trunk.heads_.begin() + static_cast<std::ptrdiff_t>(height)),
          points_(trunk.points_.begin(), trunk.points_.begin() + static_cast<std::ptrdiff_t>(height) + 1) {}

    /// Grows from anywhere, and has nothing below.
    HeaderBranch(const consensus::Network& network, const consensus::ChainPoint& from, Byte mark)
        : network_(network), mark_(mark), points_{from} {}

    SealedHeader next(std::uint64_t step_ms = 1'000) const {
        SealedHeader out;
        out.header.parent = tip().id;
        out.header.height = tip().height.next();
        out.header.time = Time{tip().time.unix_ms + step_ms};
        out.header.state_root.fill(mark_);
        out.header.target = consensus::required_target(network_, tip());
        mine_quickly(out);
        return out;
    }
    void push(const SealedHeader& head) {
        points_.push_back(consensus::extend(network_, tip(), head, block_id(head)));
        heads_.push_back(head);
    }
    HeaderBranch& grow(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) push(next());
        return *this;
    }

    const consensus::ChainPoint& tip() const { return points_.back(); }
    const consensus::ChainPoint& at(std::size_t height) const { return points_.at(height); }
    const SealedHeader& head(std::size_t height) const { return heads_.at(height - 1); }
    std::size_t height() const { return heads_.size(); }

    net::Headers serve(const net::GetHeaders& request) const {
        std::size_t from = 0;
        for (const BlockId& id : request.locator) {
            const auto is_it = [&](const consensus::ChainPoint& point) { return point.id == id; };
            const auto found = std::find_if(points_.rbegin(), points_.rend(), is_it);
            if (found == points_.rend()) continue;
            from = found->height.value;
            break;
        }
        return slice(from, request.max);
    }
    /// At most `count` above a height.
    net::Headers slice(std::size_t above, std::size_t count) const {
        const auto first = heads_.begin() + static_cast<std::ptrdiff_t>(above);
        const std::size_t have = std::min(count, heads_.size() - above);
        return {{first, first + static_cast<std::ptrdiff_t>(have)}};
    }

  private:
    const consensus::Network& network_;
    Byte mark_;
    std::vector<SealedHeader> heads_;
    std::vector<consensus::ChainPoint> points_; ///< genesis first
};

inline constexpr Time any_time{4'000'000'000'000};

/// Extends the chain by empty blocks.
inline void extend_chain(MemoryChain& chain, std::size_t count, std::uint64_t producer = 1) {
    const auto address = address_of(producer);
    for (std::size_t i = 0; i < count; ++i) {
        Block block = chain->make_template(address, {}, Time{});
        mine_quickly(block.head);
        if (chain->accept(shared(block), any_time, {false, true}).outcome != chain::Outcome::connected)
            throw std::logic_error("a block of one's own did not connect");
    }
}

} // namespace cairn::test
