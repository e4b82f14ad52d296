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

} // namespace

bool Answers::add(Message request) {
    if (requests_.size() >= max_requests) return false;
    requests_.push_back(std::move(request));
    return true;
}

std::optional<Message> Answers::next_item(Get& get, const AnswerSource& source) {
    if (given_ >= get.ids.size()) return std::nullopt;
    const Hash256& id = get.ids[given_++];
    if (get.kind == ItemKind::block) return block_of(id, source.chain);
    const Transaction* tx = source.mempool.find(WitnessId{id});
    return tx != nullptr ? Message(TxMessage{*tx}) : missing(id);
}

std::optional<Message> Answers::next(const AnswerSource& source) {
    while (!requests_.empty()) {
        Message& request = requests_.front();
        if (auto* get = std::get_if<Get>(&request)) {
            if (auto item = next_item(*get, source)) return item;
            given_ = 0;
            requests_.pop_front();
            continue;
        }
        const Message whole = std::move(request);
        requests_.pop_front();
        if (const auto* headers = std::get_if<GetHeaders>(&whole))
            return Headers{source.chain.headers_after(headers->locator, headers->stop, headers->max)};
        if (const auto* txs = std::get_if<GetBlockTxs>(&whole)) return transactions_of(*txs, source.chain);
        if (const auto* ping = std::get_if<Ping>(&whole)) return Pong{ping->n};
        if (std::holds_alternative<Status>(whole)) return status_of(source);
        if (std::holds_alternative<Help>(whole)) return help();
        return whole; // an answer that was ready, and waited for its turn
    }
    return std::nullopt;
}

} // namespace cairn::net
