#include <protocol/answers.hpp>

#include <algorithm>

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

Message transactions_of(const GetBlockTxs& request, const chain::Chain& chain) {
    const auto body = chain.body(request.id);
    if (!body) return missing(request.id.bytes);
    BlockTxs out{request.id, {}};
    out.txs.reserve(request.indexes.size());
    for (const std::uint32_t index : request.indexes) {
        if (index >= body->transactions.size()) return Err{400, request.id.hex(), "no-such-index"};
        out.txs.push_back(body->transactions[index]);
    }
    return out;
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
    return block_of(get->ids[given_++], source.chain);
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
            return transactions_of(*txs, source.chain);
        }
        if (const auto* ping = std::get_if<Ping>(&whole)) return Pong{ping->n};
        if (std::holds_alternative<Status>(whole)) return status_of(source);
        if (std::holds_alternative<Help>(whole)) return help();
        return whole; // an answer that was ready, and waited for its turn
    }
    return std::nullopt;
}

} // namespace cairn::net
