// Opening a chain on its stores, and writing the index' checkpoint.
#include <base/fault.hpp>
#include <chain/chain_state.hpp>
#include <consensus/merkle.hpp>
#include <model/codec.hpp>
#include <store/record_format.hpp>

#include <array>

namespace cairn::chain {

using store::BlockNumber;

namespace {

/// Half of the memory is for pages of the trees, half for accounts.
constexpr std::size_t page_bytes =
    MerkleTree::page_bytes + 64;           ///< with its place, and what the allocator takes
constexpr std::size_t account_bytes = 192; ///< in both tables, with what the allocator takes

/// The checkpoint's notes: the held branches. count u32 × {block number u32, depth u32}
Bytes encode_held(const std::vector<std::pair<BlockNumber, std::uint32_t>>& held) {
    Bytes out;
    Writer to(out);
    to.integer(static_cast<std::uint32_t>(held.size()));
    for (const auto& [number, depth] : held) to.integer(number.value).integer(depth);
    return out;
}

std::vector<std::pair<BlockNumber, std::uint32_t>> decode_held(ByteView notes) {
    std::vector<std::pair<BlockNumber, std::uint32_t>> out;
    Reader in(notes);
    for (auto left = in.integer<std::uint32_t>(); left > 0 && in.ok(); --left) {
        const BlockNumber number{in.integer<std::uint32_t>()};
        out.emplace_back(number, in.integer<std::uint32_t>());
    }
    if (!in.finished()) throw Fault("the index' notes cannot be read; rebuild it with --reindex");
    return out;
}

/// No block begins with these bytes: they would be a version that does not exist.
constexpr std::array<Byte, 6> decision_tag{'a', 'c', 'c', 'e', 'p', 't'};

} // namespace

Bytes encode_decision(const BlockId& tip) {
    Bytes out;
    Writer(out).raw(decision_tag).raw(tip.bytes);
    return out;
}

std::optional<BlockId> decode_decision(ByteView record) {
    Reader in(record);
    if (in.array<decision_tag.size()>() != decision_tag) return std::nullopt;
    const BlockId tip{in.array<32>()};
    return in.finished() ? std::optional(tip) : std::nullopt;
}

DamagedStore damaged_record(store::LogPosition position, const std::string& why) {
    return {"blocks/" + store::file_name(position.file), position.offset, why};
}

Chain::State::State(consensus::Network of, store::RecordLog& to, store::Index& at, ChainOptions with)
    : network(std::move(of)),
      log(to),
      index(at),
      options(with),
      blocks(to, at, network.seal_kind()),
      accounts(at, with.salt, with.cache_bytes / 2 / account_bytes),
      places(at),
      history_pages(at, store::Tree::history),
      history(&history_pages, at.checkpoint() ? at.checkpoint()->height.value + 1 : 0) {}

void Chain::State::open() {
    report.cut_bytes = log.recovery().cut_bytes;
    if (const auto& checkpoint = index.checkpoint())
        load_checkpoint(*checkpoint);
    else
        begin_with_genesis();
    replay();
}

void Chain::State::load_checkpoint(const store::Checkpoint& checkpoint) {
    set_tip(checkpoint.tip);
    totals = {checkpoint.issued, checkpoint.balances, checkpoint.accounts};
    held = decode_held(checkpoint.notes);
    taken_to = checkpoint.log_end;
}

/// The log's first record is the genesis block; a new log begins with it.
void Chain::State::begin_with_genesis() {
    auto first = log.cursor().next();
    if (!first) {
        log.append(encode(network.genesis()));
        first = log.cursor().next();
    }
    const auto block = decode_block(first->payload, network.seal_kind());
    if (!block || block_id(block->head) != network.id())
        throw damaged_record(first->position, "the first record is not this network's genesis");
    taken_to = first->end;

    const consensus::ChainPoint at = consensus::genesis_point(network);
    store::StoredBlock stored;
    stored.id = at.id;
    stored.head = block->head;
    stored.counted_ms = at.counted_ms;
    stored.work = at.work;
    stored.position = first->position;
    stored.size = static_cast<std::uint32_t>(first->payload.size());
    stored.status = store::BlockStatus::valid;
    const BlockNumber number = blocks.add(stored, nullptr);
    blocks.set_active(Height{0}, number);

    consensus::StateChange change;
    for (const auto& [address, amount] : network.parameters().allocations) {
        change.records.push_back({AccountNumber{change.count++}, Account{address, amount, {}, {}}});
        totals.issued = totals.issued + amount;
    }
    totals.balances = totals.issued;
    accounts.apply(change);
    totals.accounts = accounts.count();
    for (const auto& record : change.records) places.allocate(record.number);
    if (accounts.state_root() != block->header().state_root)
        throw Fault("the genesis block does not hold its state");
    history.append(consensus::merkle_leaf(at.id.bytes));
    set_tip(number);
}

/// Takes the blocks that the log has beyond the checkpoint. They passed rules 1 to 8 before they were
/// written; the log's checksums tell that they are the same.
void Chain::State::replay() {
    const bool from_start = !index.checkpoint();
    auto cursor = log.cursor(taken_to);
    while (const auto record = cursor.next()) {
        if (const auto accepted = decode_decision(record->payload)) {
            const auto number = blocks.find(*accepted);
            if (!number) throw damaged_record(record->position, "a branch was accepted that is not there");
            // Under another max_reorg it may have been followed already.
            if (blocks.at(*number).work > tip.work) follow_held(*number, std::nullopt);
            taken_to = record->end;
            continue;
        }
        auto block = decode_block(record->payload, network.seal_kind());
        if (!block) throw damaged_record(record->position, "a record is no block");
        if (blocks.find(block_id(block->head))) continue;
        taken_to = record->end;
        take(std::make_shared<const Block>(std::move(*block)), record->position, std::nullopt);
        ++report.replayed_blocks;
        if (wants_checkpoint()) {
            log.sync(); // a genesis that was just made
            write_checkpoint();
        }
    }
    report.rebuilt = from_start && report.replayed_blocks > 0;
}

void Chain::State::write_checkpoint() {
    store::Changes changes;
    changes.checkpoint = {tip_number,     tip.height,    taken_to,        accounts.count(),
                          blocks.count(), totals.issued, totals.balances, encode_held(held)};
    blocks.collect(changes, tip.height);
    accounts.collect(changes);
    places.collect(changes);
    collect_pages(history, store::Tree::history, changes);
    changes.reorganisations = reorganisations;
    index.commit(changes);
    const std::size_t kept_pages = options.cache_bytes / 2 / page_bytes;
    blocks.committed();
    accounts.committed(kept_pages);
    places.committed();
    history.forget_changes(kept_pages);
    reorganisations.clear();
    payments_since = 0;
    blocks_since = 0;
}

bool Chain::State::wants_checkpoint() const {
    return payments_since >= options.checkpoint_payments || blocks_since >= options.checkpoint_blocks ||
           changed_bytes() >= options.cache_bytes / 2;
}

/// What changed stays in memory until it is written.
std::size_t Chain::State::changed_bytes() const {
    return accounts.changed_pages() * page_bytes + accounts.changed_accounts() * account_bytes;
}

bool Chain::wants_checkpoint() const { return state_->wants_checkpoint(); }
bool Chain::must_checkpoint() const { return state_->changed_bytes() > state_->options.cache_bytes; }

bool Chain::has_unwritten() const {
    const auto& checkpoint = state_->index.checkpoint();
    return !checkpoint || checkpoint->log_end != state_->taken_to;
}

void Chain::write_checkpoint() { state_->write_checkpoint(); }

} // namespace cairn::chain
