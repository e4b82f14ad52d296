#include <base/spread_sort.hpp>
#include <consensus/merkle.hpp>
#include <consensus/rules.hpp>
#include <consensus/seal.hpp>
#include <consensus/target.hpp>

#include <algorithm>
#include <utility>

namespace cairn::consensus {
namespace {

constexpr std::uint16_t header_version = 1;
constexpr std::uint8_t tx_version = 1;

/// The least index whose txid stood before. By sorting: whoever makes a block picks its ids, and could pick
/// such as fall together in a hash table.
std::optional<RuleError> check_unique(std::span<const Transaction> txs) {
    using Entry = std::pair<std::uint64_t, std::uint32_t>; // the id's first bytes tell nearly all apart
    std::vector<Entry> ids;
    ids.reserve(txs.size());
    for (std::uint32_t i = 0; i < txs.size(); ++i) ids.emplace_back(txs[i].id().prefix(), i);
    const SpreadSorted sorted(
        ids, [](const Entry& entry) { return entry.first; },
        [&](const Entry& a, const Entry& b) {
            if (a.first != b.first) return a.first < b.first;
            const TxId& left = txs[a.second].id();
            const TxId& right = txs[b.second].id();
            return left != right ? left < right : a.second < b.second;
        });
    std::optional<RuleError> first;
    for (std::size_t i = 1; i < sorted.items().size(); ++i) {
        const Entry& before = sorted.items()[i - 1];
        const Entry& entry = sorted.items()[i];
        if (entry.first == before.first && txs[entry.second].id() == txs[before.second].id())
            first = least(first, RuleError{RuleCode::duplicate_transaction, entry.second});
    }
    return first;
}

std::optional<RuleError> check_commitment(const Block& block) {
    if (block.header().tx_count != block.transactions.size()) return RuleError{RuleCode::tx_count};
    if (block.header().tx_root != tx_root(block.transactions)) return RuleError{RuleCode::tx_root};
    return check_unique(block.transactions);
}

bool is_known(TxType type) { return type == TxType::transfer || type == TxType::document; }

} // namespace

ChainPoint genesis_point(const Network& network) {
    // Nobody searched for block 0: it adds no work.
    return {network.id(), network.genesis().header().height, network.genesis().header().time, 0, Uint256{}};
}

ChainPoint extend(const Network& network, const ChainPoint& parent, const SealedHeader& head,
                  const BlockId& id) {
    return {id, head.header.height, head.header.time,
            counted_time(network.parameters(), parent.counted_ms, parent.time, head.header.time),
            parent.work + weight_of(network, head.header)};
}

std::optional<RuleError> check_header(const Network& network, const ChainPoint& parent,
                                      const SealedHeader& head, const BlockId& id) {
    const Header& header = head.header;
    if (header.version != header_version) return RuleError{RuleCode::header_version};
    // In 64 bits: nothing follows the last height there is.
    if (header.height.value != std::uint64_t{parent.height.value} + 1) return RuleError{RuleCode::height};
    if (header.time <= parent.time) return RuleError{RuleCode::time_not_after_parent};
    if (header.target != required_target(network, parent)) return RuleError{RuleCode::target};
    return check_seal(network, parent, head, id);
}

bool is_ahead_of(const Network& network, const Header& header, Time now) {
    const std::uint64_t bound = network.parameters().max_future_ms;
    return bound != 0 && header.time > now && header.time.unix_ms - now.unix_ms > bound;
}

std::optional<RuleError> check_size(const Network& network, const Block& block) {
    const Parameters& limits = network.parameters();
    if (encoded_size(block) > limits.max_block_bytes) return RuleError{RuleCode::block_too_large};
    if (block.transactions.size() > limits.max_block_txs) return RuleError{RuleCode::too_many_transactions};
    return std::nullopt;
}

std::optional<RuleError> check_body(const Network& network, const Block& block) {
    if (const auto error = check_size(network, block)) return error;
    if (const auto error = check_commitment(block)) return error;
    for (std::uint32_t i = 0; i < block.transactions.size(); ++i)
        if (const auto error = check_transaction(network, block.transactions[i], block.header().height, i))
            return error;
    return std::nullopt;
}

std::optional<RuleError> check_transaction(const Network& network, const Transaction& tx, Height height,
                                           std::uint32_t index) {
    const TxFields& fields = tx.fields();
    if (fields.version != tx_version) return RuleError{RuleCode::tx_version, index};
    if (fields.chain != network.tag()) return RuleError{RuleCode::tx_chain, index};
    if (!is_known(type_of(fields.body))) return RuleError{RuleCode::tx_type, index};
    if (fields.expiry != 0 && fields.expiry < height.value) return RuleError{RuleCode::tx_expired, index};
    if (std::holds_alternative<OpaqueBody>(fields.body)) return RuleError{RuleCode::tx_body, index};
    // At most 256 amounts and a fee: far below 2^128. The sum bounds each of them.
    if (total_out(fields.body) + fields.fee.units() > network.max_supply().units())
        return RuleError{RuleCode::tx_amount, index};
    return std::nullopt;
}

bool check_signature(const Network& network, const Transaction& tx) {
    return crypto::verify(tx.fields().sender, signing_message(tx.fields(), network.id()), tx.signature());
}

std::optional<RuleError> check_signatures(const Network& network, std::span<const Transaction> txs) {
    for (std::uint32_t i = 0; i < txs.size(); ++i)
        if (!check_signature(network, txs[i])) return RuleError{RuleCode::signature, i};
    return std::nullopt;
}

std::optional<RuleError> least(const std::optional<RuleError>& a, const std::optional<RuleError>& b) {
    if (!a || !b) return a ? a : b;
    return *b < *a ? b : a;
}

Hash256 tx_root(std::span<const Transaction> txs) {
    std::vector<Hash256> leaves;
    leaves.reserve(txs.size());
    for (const Transaction& tx : txs) leaves.push_back(tx.witness_id().bytes); // is merkle_leaf already
    return merkle_root(std::move(leaves));
}

} // namespace cairn::consensus
