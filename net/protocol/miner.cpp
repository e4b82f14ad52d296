#include <base/instant.hpp>
#include <consensus/target.hpp>
#include <protocol/miner.hpp>

#include <algorithm>

namespace cairn::net {
namespace {

constexpr std::uint64_t longest_wait_ms = 10'000;

} // namespace

Block make_block(const chain::Chain& chain, const chain::Mempool& mempool, const crypto::Address& producer,
                 Time now) {
    const auto& parameters = chain.network().parameters();
    constexpr std::size_t head_bytes = Header::encoded_size + WorkSeal::encoded_size;
    const auto candidates = mempool.select(parameters.max_block_bytes - head_bytes, parameters.max_block_txs);
    return chain.make_template(producer, candidates, now);
}

void Miner::start(const StartMining& request, RequestId id) {
    running_ = true;
    producer_ = request.producer;
    request_ = id;
    left_ = request.blocks;
    blocks_.clear();
}

Mined Miner::stop() {
    running_ = false;
    ++job_; // what workers still find is of a job that is gone
    Mined out{std::move(blocks_), left_.value_or(0) > 0};
    blocks_.clear();
    left_.reset();
    return out;
}

void Miner::search(const chain::Chain& chain, const chain::Mempool& mempool, Instant now, Effects& out) {
    const auto& parameters = network_.parameters();
    ++job_;
    const Time tip = chain.tip().time;
    Time earliest{0};
    if (parameters.half_life_ms == 0 && !counted() && chain.height().value > 0)
        earliest.unix_ms = saturating_add(tip.unix_ms, parameters.interval_ms);
    if (parameters.max_future_ms > 0 &&
        tip.unix_ms >= saturating_add(now.wall.unix_ms, parameters.max_future_ms))
        earliest.unix_ms =
            std::max(earliest.unix_ms, saturating_add(tip.unix_ms - parameters.max_future_ms, 1));
    if (earliest > now.wall) {
        // Looked at again before long: the wall's clock may be set meanwhile.
        due_ = now.steady_ms + std::min(earliest.unix_ms - now.wall.unix_ms, longest_wait_ms);
        out.push_back(StopSearch{});
        return;
    }
    template_ = make_block(chain, mempool, producer_, now.wall);
    due_ = now.steady_ms + refresh_ms_;
    const auto target = consensus::expand(template_.header().target);
    out.push_back(Search{job_, header_digest(template_.header()), target.value_or(Uint256{})});
}

void Miner::refresh(const chain::Chain& chain, const chain::Mempool& mempool, Instant now, Effects& out) {
    if (running_ && now.steady_ms >= due_) search(chain, mempool, now, out);
}

chain::BlockPtr Miner::sealed(const BlockFound& found) {
    if (!running_ || found.job != job_) return nullptr;
    Block block = std::move(template_);
    block.head.seal = found.seal;
    return std::make_shared<const Block>(std::move(block));
}

bool Miner::count(MinedBlock block) {
    ++found_;
    if (!left_) return false;
    blocks_.push_back(std::move(block));
    if (*left_ > 0) --*left_;
    return *left_ == 0;
}

} // namespace cairn::net
