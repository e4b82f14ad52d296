#include <store/index_format.hpp>

#include <algorithm>

namespace cairn::store {
namespace {

void sort_unique(auto& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// Before anything else is read: the rest of an index of another version means other things.
std::optional<Checkpoint> read_checkpoint(KeyValue& kv, const BlockId& chain) {
    const auto bytes = kv.get(tables::meta, checkpoint_key);
    return bytes ? std::optional(decode_checkpoint(*bytes, chain)) : std::nullopt;
}

} // namespace

Index::Index(KeyValue& kv, const BlockId& chain)
    : tables_(&kv),
      chain_(chain),
      checkpoint_(read_checkpoint(kv, chain)),
      transactions_(kv, tables::transactions, SortedRuns::Keys::hashes),
      documents_(kv, tables::documents, SortedRuns::Keys::hashes),
      histories_(kv, tables::histories, SortedRuns::Keys::numbers) {}

std::optional<StoredBlock> Index::block(BlockNumber number) const {
    const auto bytes = tables_->get(tables::blocks, number.value);
    return bytes ? std::optional(decode_block_entry(*bytes)) : std::nullopt;
}

std::optional<BlockNumber> Index::find(const BlockId& id) const {
    const auto bytes = tables_->get(tables::block_ids, block_key(id));
    if (!bytes) return std::nullopt;
    for (const std::uint32_t number : decode_numbers(*bytes)) {
        const auto candidate = block({number});
        if (candidate && candidate->id == id) return BlockNumber{number};
    }
    return std::nullopt;
}

std::optional<BlockNumber> Index::active(Height height) const {
    if (!checkpoint_ || height > checkpoint_->height) return std::nullopt;
    const auto bytes = tables_->get(tables::active, height.value / heights_per_page);
    const std::size_t at = 4 * std::size_t{height.value % heights_per_page};
    if (!bytes || bytes->size() < at + 4) damaged_entry("the active chain has a gap");
    return BlockNumber{load_le<std::uint32_t>(bytes->data() + at)};
}

std::optional<Account> Index::account(AccountNumber number) const {
    if (!checkpoint_ || number.value >= checkpoint_->accounts) return std::nullopt;
    const auto bytes = tables_->get(tables::accounts, number.value / accounts_per_page);
    const std::size_t at = Account::encoded_size * std::size_t{number.value % accounts_per_page};
    if (!bytes || bytes->size() < at + Account::encoded_size) damaged_entry("an account is missing");
    return decode_account(bytes->subspan(at, Account::encoded_size));
}

std::vector<AccountNumber> Index::accounts_like(const crypto::Address& address) const {
    std::vector<AccountNumber> out;
    const auto bytes = tables_->get(tables::addresses, address_key(address));
    if (!bytes || !checkpoint_) return out;
    for (const std::uint32_t number : decode_numbers(*bytes))
        if (number < checkpoint_->accounts) out.push_back({number});
    sort_unique(out);
    return out;
}

std::vector<TxPlace> Index::transactions_like(const TxId& id) const {
    return transactions_.at_or_above(id.prefix(), {}, SortedRuns::no_limit);
}

std::vector<TxPlace> Index::documents_like(const Hash256& sha256, std::size_t limit) const {
    return documents_.at_or_above(document_key(sha256), {}, limit);
}

std::vector<TxPlace> Index::history_before(AccountNumber account, TxPlace before, std::size_t limit) const {
    return histories_.below(account.value, before, limit);
}

std::vector<TxPlace> Index::history_from(AccountNumber account, TxPlace from, std::size_t limit) const {
    return histories_.at_or_above(account.value, from, limit);
}

std::vector<Hash256> Index::tree_page(Tree tree, std::uint8_t tier, std::uint32_t page) const {
    std::vector<Hash256> out;
    for (std::uint32_t half = 0; half < 2; ++half) {
        const auto bytes = tables_->get(tables::trees, tree_key(tree, tier, page, half));
        if (!bytes) break;
        if (bytes->size() % 32 != 0) damaged_entry("a page of a tree");
        for (std::size_t at = 0; at < bytes->size(); at += 32)
            std::memcpy(out.emplace_back().data(), bytes->data() + at, 32);
        if (bytes->size() < 32 * std::size_t{hashes_per_value}) break;
    }
    return out;
}

std::vector<Reorganisation> Index::reorganisations(std::size_t limit) const {
    std::vector<Reorganisation> out;
    const auto last = tables_->at_or_before(tables::reorganisations, UINT64_MAX);
    if (!last) return out;
    for (std::uint64_t key = last->key + 1; key-- > 0 && out.size() < limit;) {
        const auto bytes = tables_->get(tables::reorganisations, key);
        if (!bytes) damaged_entry("the list of reorganisations has a gap");
        out.push_back(decode_reorganisation(*bytes));
    }
    return out;
}

} // namespace cairn::store
