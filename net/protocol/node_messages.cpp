// What peers say, message by message; headers and blocks are node_sync.cpp's.
#include <protocol/node_state.hpp>

#include <algorithm>
#include <span>

namespace cairn::net {

void Node::State::on(const Received& received, Instant now, Effects& out) {
    if (more_ready) connect_ready(now, out); // what was passed on may be asked for
    Peer* peer = peers.find(received.peer);
    if (peer == nullptr || peer->stage == Peer::Stage::leaving || peer->said_bye) return;
    peer->heard_ms = now.steady_ms;
    peer->decoder.feed(received.bytes);
    hear(*peer, now, out);
}

/// Of a slowed peer what is left waits, too: a read may hold hundreds of misdeeds.
void Node::State::hear(Peer& peer, Instant now, Effects& out) {
    peer.unheard = false;
    while (peer.stage != Peer::Stage::leaving && !peer.unheard && !peer.said_bye) {
        Decoder::Step step = peer.decoder.next();
        if (std::holds_alternative<Decoder::NeedMore>(step)) break;
        if (peer.confirms) {
            hear_listener(peer, step, now, out);
            continue;
        }
        if (const auto* broken = std::get_if<Decoder::Violation>(&step)) {
            lose(peer, broken->why, now, out);
        } else if (const auto* due = std::get_if<Decoder::BodyDue>(&step)) {
            if (may_take_body(peer, *due)) {
                peer.decoder.accept_body();
                continue; // of one message what is left does not wait
            }
            peers.send(peer, Err{400, "", "unasked-body"}, out);
            punish(peer, cost::unasked_body, "it sent what nobody asked for", now, out);
            peers.drop(peer, "it sent what nobody asked for", out);
        } else {
            on_message(peer, std::get<Message>(std::move(step)), now, out);
        }
        peer.unheard = peer.slowed_until_ms.has_value();
    }
    answer(peer, out);
}

void Node::State::hear_slowed(Instant now, Effects& out) {
    for (auto& [id, peer] : peers.all())
        if (peer.unheard && !peer.slowed_until_ms) hear(peer, now, out);
}

/// Where its next message begins nobody knows. A browser is told nothing.
void Node::State::lose(Peer& peer, const std::string& why, Instant now, Effects& out) {
    const bool too_large = why == "body-too-large" || why == "line-too-long";
    if (why != "http") peers.send(peer, Err{too_large ? 413U : 400U, "", why}, out);
    const bool has_greeted = peer.stage != Peer::Stage::hello;
    const std::string shown = has_greeted ? why : "it does not speak cairn's protocol (" + why + ")";
    punish(peer, cost::broken_frame, shown, now, out);
    peers.drop(peer, shown, out);
}

/// Blocks come only when asked for; before HELLO nothing with a body does. A compact block that was not asked
/// for is taken, and costs.
bool Node::State::may_take_body(const Peer& peer, const Decoder::BodyDue& due) const {
    if (!peer.ready()) return false;
    if (due.verb == "BLK") return due.id && downloads.asked(peer.id, BlockId{*due.id});
    if (due.verb == "BTX") return due.id && compact.awaits(peer.id, BlockId{*due.id});
    return true;
}

namespace {

template <typename... Kinds> bool is_one_of(const Message& message) {
    return (std::holds_alternative<Kinds>(message) || ...);
}

} // namespace

void Node::State::on_message(Peer& peer, Message&& message, Instant now, Effects& out) {
    if (!peer.ready() && !is_one_of<Hello, Ok, Err, Ping, Status, Help, Bye, Unknown, Malformed>(message)) {
        reply(peer, Err{401, "", "hello-first"}, now, out);
        return punish(peer, cost::malformed, "it said no HELLO", now, out);
    }
    if (is_one_of<GetHeaders, Get, GetBlockTxs, Ping, Status, Help>(message)) {
        take_request(peer, std::move(message), now, out);
    } else if (auto* hello = std::get_if<Hello>(&message)) {
        receive(peer, std::move(*hello), now, out);
    } else if (const auto* ok = std::get_if<Ok>(&message)) {
        receive(peer, *ok, now, out);
    } else if (const auto* pong = std::get_if<Pong>(&message)) {
        receive(peer, *pong, now);
    } else if (const auto* error = std::get_if<Err>(&message)) {
        receive(peer, *error, now, out);
    } else if (const auto* headers_in = std::get_if<Headers>(&message)) {
        receive(peer, *headers_in, now, out);
    } else if (auto* block = std::get_if<BlockMessage>(&message)) {
        receive(peer, std::move(*block), now, out);
    } else if (const auto* told = std::get_if<CompactBlock>(&message)) {
        receive(peer, *told, now, out);
    } else if (const auto* txs = std::get_if<BlockTxs>(&message)) {
        receive(peer, *txs, now, out);
    } else if (const auto* inv = std::get_if<Inv>(&message)) {
        receive(peer, *inv, now, out);
    } else if (const auto* tx = std::get_if<TxMessage>(&message)) {
        receive(peer, *tx, now, out);
    } else if (const auto* wish = std::get_if<Relay>(&message)) {
        peer.wants_compact = wish->compact;
    } else if (const auto* fee = std::get_if<Fee>(&message)) {
        punish(peer, relay.on_fee(peer.id, fee->units_per_byte, now), "it tells its fee too often", now, out);
    } else if (const auto* get = std::get_if<GetAddr>(&message)) {
        receive(peer, *get, now, out);
    } else if (const auto* addresses = std::get_if<Addr>(&message)) {
        receive(peer, *addresses, now, out);
    } else if (std::holds_alternative<Bye>(message)) {
        peer.said_bye = true;
        reply(peer, Ok{"BYE", {}}, now, out);
    } else if (std::holds_alternative<Unknown>(message)) {
        reply(peer, Err{400, "", "unknown-verb"}, now, out);
        punish(peer, cost::unknown_verb, "it says what nobody understands", now, out);
    } else if (const auto* bad = std::get_if<Malformed>(&message)) {
        reply(peer, Err{400, "", bad->why}, now, out);
        punish(peer, cost::malformed, "its " + bad->verb + " cannot be read", now, out);
    }
}

void Node::State::take_request(Peer& peer, Message&& message, Instant now, Effects& out) {
    const std::size_t before = peer.answers.excess();
    bool has_room = false;
    if (auto* get = std::get_if<Get>(&message); get != nullptr && get->kind == ItemKind::tx) {
        const auto given = relay.on_get(peer.id, get->ids, mempool, now);
        for (const auto& one : given.answers)
            if (one.tx != nullptr) own.note_taken(one.tx->id());
        std::vector<bool> here;
        here.reserve(given.answers.size());
        for (const auto& one : given.answers) here.push_back(one.tx != nullptr);
        here.resize(get->ids.size());
        has_room = peer.answers.add_transactions(std::move(get->ids), std::move(here));
        punish(peer, given.cost, "it asks for the same again and again", now, out);
    } else if (const auto* txs = std::get_if<GetBlockTxs>(&message);
               txs != nullptr && peer.block_txs.take(1, now.steady_ms) == 0) {
        // Its answer may be small and its work is not, so the send queue does not bound it.
        has_room = peer.answers.add(Err{404, txs->id.hex(), "too-often"});
        punish(peer, cost::excess_block_txs, "it asks for parts of blocks too often", now, out);
    } else {
        has_room = peer.answers.add(std::move(message));
    }
    if (!has_room) return refuse_request(peer, now, out);
    // Counted before any is answered: what one request asks for is asked for at once.
    const std::size_t after = peer.answers.excess();
    if (after > before)
        punish(peer, static_cast<std::uint32_t>(after - before) * cost::excess_request,
               "it asks too much at once", now, out);
    answer(peer, out);
}

void Node::State::reply(Peer& peer, Message&& ready, Instant now, Effects& out) {
    if (!peer.answers.add(std::move(ready))) return refuse_request(peer, now, out);
    answer(peer, out);
}

void Node::State::refuse_request(Peer& peer, Instant now, Effects& out) {
    peers.send(peer, Err{429, "", "too-many-requests"}, out);
    punish(peer, cost::too_many_requests, "it asks too much at once", now, out);
    peers.drop(peer, "it asks too much at once", out);
}

/// Gives what was asked for, as long as the peer reads it.
void Node::State::answer(Peer& peer, Effects& out) {
    if (peer.answers.empty()) return;
    const AnswerSource source{chain, mempool, peers.ready_count()};
    while (peer.stage != Peer::Stage::leaving && peer.queued < Answers::send_room) {
        const auto message = peer.answers.next(source);
        if (!message) break;
        peers.send(peer, *message, out);
    }
    if (peer.said_bye && peer.answers.empty()) peers.drop(peer, "it said BYE", out);
}

void Node::State::receive(Peer& peer, const Pong& pong, Instant now) {
    if (!peer.ping_sent_ms || pong.n != peer.ping) return;
    peer.latency_ms =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(now.steady_ms - *peer.ping_sent_ms, 600'000));
    peer.ping_sent_ms.reset();
}

namespace {

std::string in_words(const Err& error) {
    return std::to_string(error.code) + (error.msg.empty() ? "" : " " + error.msg);
}

} // namespace

/// An item that is missing, or that the other cannot read, is asked of somebody else; where it was a part of
/// a block, all of it is asked for. Nothing is ever answered to an ERR.
void Node::State::receive(Peer& peer, const Err& error, Instant now, Effects& out) {
    if (!peer.ready()) {
        if (!peer.dial) return;
        // Of its network it has said nothing yet, or that it is ours.
        if (error.code == 403 && peer.stage == Peer::Stage::hello)
            peer.refusal = PeerRefusal{PeerRefusal::Code::wrong_network, "it is of another network"};
        else
            peer.refusal = PeerRefusal{PeerRefusal::Code::refused, "it refuses: " + in_words(error)};
        return peers.drop(peer, peer.refusal->why, out);
    }
    if (error.code != 404 && error.code != 500) return;
    const auto bytes = array_from_hex<32>(error.id);
    if (!bytes) return;
    if (error.code == 404 && compact.awaits(peer.id, BlockId{*bytes})) {
        const BlockTxs none{BlockId{*bytes}, {}};
        take_assembled(peer, none.id, compact.complete(peer.id, none), now, out);
        return fetch(now, out);
    }
    downloads.missing(peer.id, BlockId{*bytes}, now);
    relay.on_missing(peer.id, *bytes, now);
    fetch(now, out);
}

void Node::State::receive(Peer& peer, const Inv& inv, Instant now, Effects& out) {
    if (inv.kind == ItemKind::block) {
        const std::size_t granted = peer.block_news.take(inv.ids.size(), now.steady_ms);
        punish(peer, static_cast<std::uint32_t>(inv.ids.size() - granted) * cost::excess_inv,
               "it announces too much", now, out);
        hear_of_blocks(peer, std::span(inv.ids).first(granted), now, out);
        return;
    }
    if (own.any_untaken())
        for (const Hash256& id : inv.ids)
            if (const Transaction* here = mempool.find(WitnessId{id})) own.note_taken(here->id());
    punish(peer, relay.on_inv(peer.id, inv.ids, mempool, now), "it announces too much", now, out);
}

/// One that is not stored: where its header is here the peer may be asked for it, else for the header.
void Node::State::hear_of_blocks(Peer& peer, std::span<const Hash256> ids, Instant now, Effects& out) {
    bool has_news = false;
    for (const Hash256& bytes : ids) {
        const BlockId id{bytes};
        if (const auto* entry = headers.find(id))
            follow_headers(peer, peer.headers.on_known(entry->point, chain, headers), now, out);
        else
            has_news = has_news || !chain.find(id);
    }
    if (has_news) ask_for_headers(peer, now, out);
    fetch(now, out);
}

void Node::State::receive(Peer& peer, const TxMessage& message, Instant now, Effects& out) {
    const auto taken = relay.on_tx(peer.id, message.tx, pool(), now);
    if (own.note_gone(taken.gone, chain, mempool)) own_changed = true;
    punish(peer, taken.cost, "its transactions are not valid", now, out);
}

void Node::State::note_own(Instant now) {
    own_changed = false;
    own_told_ms = now.steady_ms;
    std::vector<WitnessId> ids;
    for (const Transaction& tx : own.pending()) ids.push_back(tx.witness_id());
    relay.set_own(ids, mempool, now);
}

void Node::State::flush_relay(Instant now, Effects& out) {
    const auto due = relay.wake_at();
    if (!due || *due > now.steady_ms) return;
    bool told_own = false;
    for (auto& one : relay.flush(mempool, now)) {
        Peer* peer = peers.find(one.peer);
        if (peer == nullptr || !peer->ready()) continue;
        for (const Hash256& id : one.inv)
            if (const Transaction* tx = mempool.find(WitnessId{id}))
                told_own = own.note_told(tx->id()) || told_own;
        if (!one.get.empty()) peers.send(*peer, Get{ItemKind::tx, std::move(one.get)}, out);
        if (!one.inv.empty()) peers.send(*peer, Inv{ItemKind::tx, std::move(one.inv)}, out);
        if (one.fee) peers.send(*peer, Fee{*one.fee}, out);
        punish(*peer, one.cost, "it keeps what it offered", now, out);
    }
    if (told_own) persist_soon(true, now, out);
}

void Node::State::receive(Peer& peer, const GetAddr& /*request*/, Instant now, Effects& out) {
    if (std::exchange(peer.gave_addresses, true)) {
        reply(peer, Addr{}, now, out);
        return punish(peer, cost::malformed, "it asks for addresses again", now, out);
    }
    reply(peer, Addr{book.sample(AddressBook::max_sample, peer.remote, random, now.wall)}, now, out);
}

void Node::State::receive(Peer& peer, const Addr& addresses, Instant now, Effects& out) {
    const bool is_answer = std::exchange(peer.asked_addresses, false);
    // One answer is taken as it is; of all that comes beside it a little.
    const std::size_t taken =
        is_answer ? addresses.entries.size() : peer.addresses.take(addresses.entries.size(), now.steady_ms);
    for (const AddrEntry& entry : std::span(addresses.entries).first(taken))
        if (!own_places.contains(entry.at)) book.add(entry, peer.remote, now.wall);
    punish(peer, static_cast<std::uint32_t>(addresses.entries.size() - taken) * cost::excess_address,
           "it sends more addresses than anybody can use", now, out);
}

} // namespace cairn::net
