#include <consensus/signatures.hpp>

#include <algorithm>

namespace cairn::consensus {

SignatureBatches::SignatureBatches(const Network& network, const crypto::BatchSeed& seed,
                                   std::size_t cached_keys)
    : network_(network), seed_(seed), keys_(cached_keys) {}

std::optional<RuleError> SignatureBatches::check(std::span<const Transaction> txs) {
    for (std::size_t first = 0; first < txs.size(); first += largest) {
        const auto part = txs.subspan(first, std::min(largest, txs.size() - first));
        std::vector<const Transaction*> places;
        places.reserve(part.size());
        for (const Transaction& tx : part) places.push_back(&tx);
        const auto refused = find_in_batch(places, 1);
        if (!refused.empty())
            return RuleError{RuleCode::signature, static_cast<std::uint32_t>(first + refused.front())};
    }
    return std::nullopt;
}

std::vector<std::size_t> SignatureBatches::find_refused(std::span<const Transaction* const> txs,
                                                        std::size_t most) {
    std::vector<std::size_t> all;
    for (std::size_t first = 0; first < txs.size() && all.size() < most; first += largest) {
        const auto part = txs.subspan(first, std::min(largest, txs.size() - first));
        for (const std::size_t i : find_in_batch(part, most - all.size())) all.push_back(first + i);
    }
    return all;
}

std::vector<std::size_t> SignatureBatches::find_in_batch(std::span<const Transaction* const> txs,
                                                         std::size_t most) {
    Bytes messages; // one after the other
    std::vector<std::size_t> ends;
    ends.reserve(txs.size());
    for (const Transaction* tx : txs) {
        write_signing_message(messages, tx->fields(), network_.id());
        ends.push_back(messages.size());
    }
    std::vector<crypto::Signed> batch;
    batch.reserve(txs.size());
    std::size_t begin = 0;
    for (std::size_t i = 0; i < txs.size(); begin = ends[i++])
        batch.push_back({txs[i]->fields().sender, ByteView(messages).subspan(begin, ends[i] - begin),
                         txs[i]->signature()});
    return crypto::find_refused(batch, seed_, keys_, most);
}

} // namespace cairn::consensus
