// The node's own affairs: mining, payments, what the user asks. What peers bring is node_peers.cpp's and
// node_messages.cpp's.
#include <consensus/signatures.hpp>
#include <protocol/node_state.hpp>

#include <algorithm>

namespace cairn::net {

namespace {

/// The relay learns which payments are the user's own at most this often.
constexpr std::uint64_t own_told_every_ms = 2'000;
/// The address book is written at most this often.
constexpr std::uint64_t keep_every_ms = 30'000;
/// A header may be of a time that no timer can be set to.
constexpr std::uint64_t look_again_ms = 3'600'000;
/// A long run of mining is made durable this often, though it is acknowledged as a whole.
constexpr std::uint64_t run_sync_ms = 1'000;

AddressBook::Key key_from(Random& random) {
    AddressBook::Key out;
    random.fill(out);
    return out;
}

bool tip_moved(const chain::Events& events) {
    return std::any_of(events.begin(), events.end(), [](const auto& event) {
        return std::holds_alternative<chain::BlockConnected>(event);
    });
}

} // namespace

Node::State::State(consensus::Network network, store::RecordLog& log, store::Index& index,
                   store::Outbox& outbox, Random& random_in, const NodeOptions& with)
    : random(random_in),
      options(with),
      chain(std::move(network), log, index, with.chain),
      mempool(chain.network(), with.mempool),
      own(outbox, std::max(with.chain.max_reorg, chain::ChainOptions{}.max_reorg)),
      miner(chain.network(), with.template_refresh_ms),
      own_nonce(random.next_u64() | 1U), // never 0, which says nothing
      peers(chain.network()),
      book(key_from(random)),
      relay(chain.network()),
      downloads(chain.network().parameters().max_block_bytes) {
    book.decode(with.addresses);
    for (const KeptPeer& kept : book.kept()) targets.add({kept.host, kept.port, true, true, {}}, {});
    anchors_left = book.anchors();
    book_kept = book.revision();
}

void Node::State::reply_when_durable(RequestId id, Response response, Effects& out) {
    waiting.emplace_back(++ticket, Reply{id, std::move(response)});
    out.push_back(Persist{ticket});
}

void Node::State::follow(const chain::Acceptance& acceptance, Instant now, Effects& out) {
    if (acceptance.events.empty()) return;
    bodies_stored = true;
    mempool.fold(acceptance.events, chain.accounts(), chain.height().next());
    own.fold(acceptance.events, chain, mempool);
    for (const chain::Event& event : acceptance.events) waiting.emplace_back(ticket + 1, Notify{event});
    for (PaymentDropped& one : own.take_dropped()) waiting.emplace_back(ticket + 1, Notify{std::move(one)});
    own.note_gone(relay.fold(acceptance.events, pool(), now).gone, chain, mempool);
    own_changed = true;
    if (!tip_moved(acceptance.events)) return;
    announce_tip(acceptance.events, now, out);
    if (miner.running()) miner.search(chain, mempool, now, out);
}

void Node::State::persist_soon(bool at_once, Instant now, Effects& out) {
    if (at_once || chain.wants_checkpoint()) // not at the end, when everybody waits for it
        out.push_back(Persist{++ticket});
    else if (!sync_due)
        sync_due = now.steady_ms + run_sync_ms;
}

Result<Submitted, chain::Refusal> Node::State::take_own(const Transaction& tx, bool signature_checked,
                                                        Effects& out) {
    const auto admitted = own.submit(tx, chain, mempool, signature_checked);
    if (!admitted) return fail(admitted.error());
    if (admitted->waits)
        out.push_back(PaymentsWait{}); // the mempool knows nothing of it
    else
        relay.announce(tx.witness_id());
    own_changed = true;
    return Submitted{admitted->waits ? Submitted::Place::outbox : Submitted::Place::mempool,
                     admitted->replaced};
}

SubmittedAll Node::State::take_own(const std::vector<Transaction>& txs, Effects& out) {
    constexpr std::size_t keys = 64; // a wallet pays from a few addresses
    std::vector<const Transaction*> all;
    for (const Transaction& tx : txs) all.push_back(&tx);
    consensus::SignatureBatches signatures(chain.network(), crypto::BatchSeed::drawn(random), keys);
    const auto unsound = signatures.find_refused(all, 1);
    const std::size_t sound = unsound.empty() ? txs.size() : unsound.front();
    SubmittedAll answer;
    for (std::size_t i = 0; i < txs.size(); ++i) {
        auto submitted = take_own(txs[i], i < sound, out);
        if (!submitted) {
            answer.refused = submitted.error();
            break;
        }
        answer.taken.push_back(*submitted);
    }
    return answer;
}

Response Node::State::carry_out(const ForgetTransaction& request) {
    const bool done = own.forget(request.id, mempool);
    own_changed = own_changed || done;
    return Forgotten{done};
}

void Node::State::stop_mining(Effects& out) {
    if (!miner.running()) return;
    const bool asked = miner.counted();
    const RequestId id = miner.request();
    Mined mined = miner.stop();
    out.push_back(StopSearch{});
    if (asked) reply_when_durable(id, std::move(mined), out);
}

void Node::State::on(const Command& command, Instant now, Effects& out) {
    if (const auto* start = std::get_if<StartMining>(&command.request)) {
        stop_mining(out);
        if (start->blocks == 0U) return reply_when_durable(command.id, Mined{}, out);
        miner.start(*start, command.id);
        if (!miner.counted()) out.push_back(Reply{command.id, Mined{}});
        miner.search(chain, mempool, now, out);
    } else if (std::holds_alternative<StopMining>(command.request)) {
        stop_mining(out);
        reply_when_durable(command.id, Mined{{}, true}, out);
    } else if (const auto* block = std::get_if<SubmitBlock>(&command.request)) {
        chain::Acceptance acceptance = chain.accept(block->block, now.wall, block->checked);
        follow(acceptance, now, out);
        reply_when_durable(command.id, std::move(acceptance), out);
    } else if (const auto* tip = std::get_if<AcceptTip>(&command.request)) {
        chain::Acceptance acceptance = chain.accept_held(tip->tip, now.wall);
        follow(acceptance, now, out);
        reply_when_durable(command.id, std::move(acceptance), out);
    } else if (const auto* submit = std::get_if<SubmitTransactions>(&command.request)) {
        reply_when_durable(command.id, take_own(submit->txs, out), out);
    } else if (const auto* forget = std::get_if<ForgetTransaction>(&command.request)) {
        reply_when_durable(command.id, carry_out(*forget), out);
    } else if (const auto* add = std::get_if<AddPeer>(&command.request)) {
        seek(*add, command.id, now, out);
    } else if (const auto* remove_request = std::get_if<RemovePeer>(&command.request)) {
        out.push_back(Reply{command.id, remove(*remove_request, now, out)});
    } else if (const auto* ban_request = std::get_if<BanPeer>(&command.request)) {
        out.push_back(Reply{command.id, ban(*ban_request, now, out)});
    } else {
        out.push_back(Reply{command.id, unban(std::get<UnbanPeer>(command.request), now)});
    }
}

void Node::State::on(const BlockFound& found, Instant now, Effects& out) {
    const auto block = miner.sealed(found);
    if (block == nullptr) return; // of a search that was replaced: the tip moved meanwhile
    const bool counted = miner.counted();
    const RequestId id = miner.request();
    const chain::Acceptance acceptance =
        chain.accept(block, now.wall, {false, true}); // the mempool checked the signatures
    if (acceptance.outcome == chain::Outcome::connected) {
        Amount reward = consensus::subsidy_at(chain.network().parameters(), block->header().height);
        for (const Transaction& tx : block->transactions) reward = reward + tx.fields().fee;
        MinedBlock mined{chain.tip_info(), block->header().tx_count, reward, found.attempts};
        if (miner.count(std::move(mined))) {
            Mined all = miner.stop();
            out.push_back(StopSearch{});
            follow(acceptance, now, out);
            return reply_when_durable(id, std::move(all), out);
        }
    }
    follow(acceptance, now, out);
    if (acceptance.outcome != chain::Outcome::connected) miner.search(chain, mempool, now, out);
    persist_soon(!counted, now, out);
}

void Node::State::on(const Persisted& persisted, Instant /*now*/, Effects& out) {
    while (!waiting.empty() && waiting.front().first <= persisted.ticket) {
        out.push_back(std::move(waiting.front().second));
        waiting.pop_front();
    }
}

void Node::State::on(const TimerFired& /*timer*/, Instant now, Effects& out) {
    woken_at.reset();
    if (sync_due && now.steady_ms >= *sync_due) {
        sync_due.reset();
        out.push_back(Persist{++ticket});
    }
    miner.refresh(chain, mempool, now, out);
    peers.on_time(now, random, out);
    end_claims(now);
    hear_slowed(now, out);
    if (more_ready) connect_ready(now, out);
    probe(now, out);
    resume_headers(now, out);
    for (const auto& due : headers.retry_deferred(chain, now.wall)) {
        downloads.shows(due.source, due.point.id, due.point.work);
        if (Peer* source = peers.find(due.source); source != nullptr && source->ready())
            ask_for_headers(*source, now, out); // what it shows follows it again
    }
    fetch(now, out);
    dial_due(now, out);
    if (book.revision() != book_kept && now.steady_ms >= book_kept_ms + keep_every_ms) {
        book_kept_ms = now.steady_ms;
        keep_addresses(out);
    }
}

void Node::State::set_timer(Instant now, Effects& out) {
    std::optional<std::uint64_t> next = sync_due;
    const auto sooner = [&next](std::optional<std::uint64_t> other) {
        if (other && (!next || *other < *next)) next = other;
    };
    sooner(miner.wake_at());
    sooner(peers.wake_at());
    sooner(downloads.wake_at());
    sooner(relay.wake_at());
    sooner(targets.wake_at());
    sooner(next_pick_ms);
    if (!peers.all().empty()) sooner(next_probe_ms);
    if (more_ready) sooner(now.steady_ms);
    if (own_changed) sooner(own_told_ms + own_told_every_ms);
    if (book.revision() != book_kept) sooner(book_kept_ms + keep_every_ms);
    if (const auto later = headers.next_deferred(chain))
        sooner(now.steady_ms +
               std::min(look_again_ms, *later > now.wall ? later->unix_ms - now.wall.unix_ms : 0));
    for (const auto& [id, peer] : peers.all()) {
        if (!peer.ready()) continue;
        sooner(peer.headers.wake_at());
        sooner(peer.claim_until_ms);
    }
    if (!next || next == woken_at) return;
    woken_at = next;
    out.push_back(WakeAt{*next});
}

Node::Node(consensus::Network network, store::RecordLog& log, store::Index& index, store::Outbox& outbox,
           Random& random, const NodeOptions& options)
    : state_(std::make_unique<State>(std::move(network), log, index, outbox, random, options)) {
    state_->own.open(state_->chain, state_->mempool);
}

Node::~Node() = default;

void Node::on(Input input, Instant now, Effects& out) {
    state_->latest = now;
    const std::uint64_t before = state_->mempool.arrivals();
    std::visit([&](const auto& what) { state_->on(what, now, out); }, input);
    state_->settle(now, out);
    state_->note_ahead(now, out);
    if (state_->own_changed && now.steady_ms >= state_->own_told_ms + own_told_every_ms)
        state_->note_own(now);
    state_->relay.set_synced(!state_->is_syncing());
    state_->flush_relay(now, out);
    if (state_->mempool.arrivals() != before) out.push_back(PaymentsWait{});
    state_->set_timer(now, out);
}

const chain::Chain& Node::chain() const { return state_->chain; }
const chain::Mempool& Node::mempool() const { return state_->mempool; }
std::vector<PeerInfo> Node::peers() const {
    std::vector<PeerInfo> out;
    out.reserve(state_->peers.all().size());
    for (const auto& [id, peer] : state_->peers.all())
        if (!peer.confirms) out.push_back(Peers::info(peer, state_->standing, state_->latest));
    return out;
}

std::vector<Refused> Node::refused() const {
    std::vector<Refused> out;
    for (const auto& [key, left_ms] : state_->standing.bans(state_->latest))
        out.push_back({to_text(key), left_ms});
    return out;
}

std::size_t Node::peer_count() const { return state_->peers.ready_count(); }

SyncStatus Node::sync_status() const {
    SyncStatus out;
    out.best = state_->chain.height();
    const auto& tip = state_->chain.tip();
    if (const auto* best = state_->headers.best(); best != nullptr && best->point.work > tip.work) {
        out.best = best->point.height;
        out.synced = false;
    } else if (state_->ahead && state_->ahead->work > tip.work) {
        out.best = state_->ahead->height;
        out.synced = false;
    }
    // Who says that it has more work is given a moment to show it.
    for (const auto& [id, peer] : state_->peers.all())
        if (peer.ready() && peer.claim_until_ms && peer.hello.work > tip.work && !peer.headers.caught_up())
            out.synced = false;
    out.unreached = state_->launch_peers.is_awaiting();
    if (peer_count() == 0) out.refused = state_->launch_peers.refused();
    if (state_->targets.is_trying_first() || out.unreached || out.refused) out.synced = false;
    return out;
}

Load Node::load() const {
    return {state_->headers.size(), state_->downloads.waiting_bytes(), state_->checks.size(),
            state_->relay.orphans().count()};
}

MiningStatus Node::mining() const { return state_->miner.status(); }
std::vector<Transaction> Node::own_pending() const { return state_->own.pending(); }

const Transaction* Node::find_pending(const TxId& id) const {
    if (const Transaction* own = state_->own.find(id)) return own;
    return state_->mempool.find(id);
}

Nonce Node::next_nonce(const crypto::Address& sender) const {
    const auto account = state_->chain.account(sender);
    if (!account) return Nonce{};
    return state_->own.next_nonce(sender, state_->mempool.next_nonce(sender, account->nonce));
}

Amount Node::outgoing(const crypto::Address& sender) const {
    return state_->mempool.pending(sender).outgoing + state_->own.waiting_outgoing(sender);
}

Block Node::preview(const crypto::Address& producer, Time now) const {
    return make_block(state_->chain, state_->mempool, producer, now);
}

bool Node::has_untold() const {
    if (!state_->own.any_untaken()) return false;
    return state_->peers.ready_count() > 0 || state_->targets.any_under_way();
}

std::uint64_t Node::nonce() const { return state_->own_nonce; }
Bytes Node::addresses() const { return state_->book.encode(); }
bool Node::wants_checkpoint() const { return state_->chain.wants_checkpoint(); }
bool Node::must_checkpoint() const { return state_->chain.must_checkpoint(); }
bool Node::has_unwritten() const { return state_->chain.has_unwritten(); }
void Node::write_checkpoint() { state_->chain.write_checkpoint(); }

} // namespace cairn::net
