#include <base/fault.hpp>
#include <model/codec.hpp>
#include <protocol/answers.hpp>

#include <algorithm>
#include <span>

namespace cairn::net {
namespace {

Message missing(const Hash256& id) { return Err{404, to_hex(id), "not-found"}; }

Message block_of(const Hash256& bytes, const chain::Chain& chain) {
    const BlockId id{bytes};
    const auto info = chain.find(id);
    if (!info) return missing(bytes);
    const Height height = info->height();
    if (info->active) return BlockMessage{height, id, chain.body_bytes(height)};
    const auto body = chain.body(id);
    return body ? Message(BlockMessage{height, id, encode(*body)}) : missing(bytes);
}

/// At these places, ascending, of a block of the active chain; what is not asked for is passed over unread.
std::vector<Transaction> pick(ByteView body, std::span<const std::uint32_t> indexes, SealKind seal) {
    Reader in(body);
    bool sound = take_sealed_header(in, seal).has_value();
    std::vector<Transaction> out;
    out.reserve(indexes.size());
    std::uint32_t at = 0;
    for (const std::uint32_t index : indexes) {
        for (; sound && at < index; ++at) sound = skip_transaction(in);
        auto tx = sound ? take_transaction(in) : std::nullopt;
        if (!tx) throw DamagedStore("a stored block", 0, "it has fewer transactions than its header says");
        out.push_back(std::move(*tx));
        ++at;
    }
    return out;
}

Message transactions_of(const GetBlockTxs& request, const chain::Chain& chain) {
    const auto info = chain.find(request.id);
    if (!info) return missing(request.id.bytes);
    if (!request.indexes.empty() && request.indexes.back() >= info->header().tx_count)
        return Err{400, request.id.hex(), "no-such-index"};
    if (info->active)
        return BlockTxs{request.id,
                        pick(chain.body_bytes(info->height()), request.indexes, chain.network().seal_kind())};
    const auto body = chain.body(request.id);
    if (!body) return missing(request.id.bytes);
    BlockTxs out{request.id, {}};
    out.txs.reserve(request.indexes.size());
    for (const std::uint32_t index : request.indexes) out.txs.push_back(body->transactions.at(index));
    return out;
}

/// A block that the disk has spoiled is our fault, and no reason to stop: whoever likes could ask for it.
template <typename Make> Message or_damaged(const Hash256& id, Make make) {
    try {
        return make();
    } catch (const DamagedStore&) {
        return Err{500, to_hex(id), "damaged"};
    }
}

Message status_of(const AnswerSource& source) {
    return Ok{"STATUS",
              {{"h", std::to_string(source.chain.height().value)},
               {"peers", std::to_string(source.peers)},
               {"mempool", std::to_string(source.mempool.count())}}};
}

Message help() {
    return Ok{
        "HELP",
        {{"verbs", "HELLO,PING,GETHDR,GET,INV,TX,GETADDR,STATUS,HELP,BYE"}, {"more", "docs/PROTOCOL.md"}}};
}

std::size_t items_of(const Message& request) {
    if (const auto* get = std::get_if<Get>(&request)) return get->ids.size();
    if (const auto* txs = std::get_if<GetBlockTxs>(&request)) return txs->indexes.size();
    return 0;
}

} // namespace

bool Answers::has_room(std::size_t items) const {
    return requests_.size() < max_requests && items <= max_items - items_;
}

bool Answers::add(Message request) {
    const std::size_t items = items_of(request);
    if (!has_room(items)) return false;
    items_ += items;
    if (std::holds_alternative<Get>(request)) blocks_ += items;
    if (std::holds_alternative<GetHeaders>(request)) ++headers_;
    requests_.emplace_back(std::move(request));
    return true;
}

bool Answers::add_transactions(std::vector<Hash256> ids, std::vector<bool> here) {
    if (!has_room(ids.size())) return false;
    items_ += ids.size();
    requests_.emplace_back(Transactions{std::move(ids), std::move(here)});
    return true;
}

std::size_t Answers::excess() const {
    return blocks_ - std::min(blocks_, max_blocks) + headers_ - std::min(headers_, max_headers);
}

void Answers::pop() {
    requests_.pop_front();
    given_ = 0;
}

/// Of the first request, where it is one of several items.
std::optional<Message> Answers::next_item(const AnswerSource& source) {
    Request& first = requests_.front();
    if (const auto* txs = std::get_if<Transactions>(&first)) {
        if (given_ >= txs->ids.size()) return std::nullopt;
        const std::size_t at = given_++;
        --items_;
        const Transaction* tx = txs->here[at] ? source.mempool.find(WitnessId{txs->ids[at]}) : nullptr;
        return tx != nullptr ? Message(TxMessage{*tx}) : missing(txs->ids[at]);
    }
    const auto* get = std::get_if<Get>(&std::get<Message>(first));
    if (get == nullptr || given_ >= get->ids.size()) return std::nullopt;
    --items_;
    --blocks_;
    const Hash256& id = get->ids[given_++];
    return or_damaged(id, [&] { return block_of(id, source.chain); });
}

std::optional<Message> Answers::next(const AnswerSource& source) {
    while (!requests_.empty()) {
        if (auto item = next_item(source)) return item;
        auto* request = std::get_if<Message>(&requests_.front());
        if (request == nullptr || std::holds_alternative<Get>(*request)) { // all of it is given
            pop();
            continue;
        }
        const Message whole = std::move(*request);
        pop();
        if (const auto* headers = std::get_if<GetHeaders>(&whole)) {
            --headers_;
            return Headers{source.chain.headers_after(headers->locator, headers->stop, headers->max)};
        }
        if (const auto* txs = std::get_if<GetBlockTxs>(&whole)) {
            items_ -= txs->indexes.size();
            return or_damaged(txs->id.bytes, [&] { return transactions_of(*txs, source.chain); });
        }
        if (const auto* ping = std::get_if<Ping>(&whole)) return Pong{ping->n};
        if (std::holds_alternative<Status>(whole)) return status_of(source);
        if (std::holds_alternative<Help>(whole)) return help();
        return whole; // an answer that was ready, and waited for its turn
    }
    return std::nullopt;
}

} // namespace cairn::net
