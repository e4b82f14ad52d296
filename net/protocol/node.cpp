#include <protocol/miner.hpp>
#include <protocol/node.hpp>
#include <protocol/own_payments.hpp>
#include <store/outbox.hpp>

#include <algorithm>
#include <deque>

namespace cairn::net {

struct Node::State {
    State(consensus::Network network, store::RecordLog& log, store::Index& index, store::Outbox& outbox,
          NodeOptions with)
        : options(with),
          chain(std::move(network), log, index, with.chain),
          mempool(chain.network(), with.mempool),
          own(outbox),
          miner(chain.network(), with.template_refresh_ms) {}

    void on(const Command& command, Time now, Effects& out);
    void on(const BlockFound& found, Time now, Effects& out);
    void on(const Persisted& persisted, Time now, Effects& out);
    void on(const TimerFired& timer, Time now, Effects& out);

    Response carry_out(const SubmitTransaction& request);
    Response carry_out(const ForgetTransaction& request);
    /// Folds what happened to the chain into everything that follows it.
    void follow(const chain::Acceptance& acceptance, Time now, Effects& out);
    /// The answer leaves when all that was done until now is durable; so do the notices of it.
    void reply_when_durable(RequestId id, Response response, Effects& out);
    void stop_mining(Effects& out);

    NodeOptions options;
    chain::Chain chain;
    chain::Mempool mempool;
    OwnPayments own;
    Miner miner;
    Ticket ticket = 0;
    std::deque<std::pair<Ticket, Effect>> waiting; ///< for what they acknowledge to be durable
    Time persisted_at;                             ///< when the last block of a run was sent to be synced
};

namespace {

/// A long run of mining is made durable this often, though it is acknowledged as a whole.
constexpr std::uint64_t run_sync_ms = 1'000;

bool tip_moved(const chain::Events& events) {
    return std::any_of(events.begin(), events.end(), [](const auto& event) {
        return std::holds_alternative<chain::BlockConnected>(event);
    });
}

} // namespace

void Node::State::reply_when_durable(RequestId id, Response response, Effects& out) {
    waiting.emplace_back(++ticket, Reply{id, std::move(response)});
    out.push_back(Persist{ticket});
}

void Node::State::follow(const chain::Acceptance& acceptance, Time now, Effects& out) {
    if (acceptance.events.empty()) return;
    mempool.fold(acceptance.events, chain.accounts(), chain.height().next());
    own.fold(acceptance.events, chain, mempool);
    for (const chain::Event& event : acceptance.events) waiting.emplace_back(ticket + 1, Notify{event});
    if (miner.running() && tip_moved(acceptance.events)) miner.search(chain, mempool, now, out);
}

Response Node::State::carry_out(const SubmitTransaction& request) {
    const auto admitted = own.submit(request.tx, chain, mempool);
    if (!admitted) return Result<Submitted, chain::Refusal>(fail(admitted.error()));
    return Result<Submitted, chain::Refusal>(Submitted{
        admitted->waits ? Submitted::Place::outbox : Submitted::Place::mempool, admitted->replaced});
}

Response Node::State::carry_out(const ForgetTransaction& request) {
    return Forgotten{own.forget(request.id, mempool)};
}

void Node::State::stop_mining(Effects& out) {
    if (!miner.running()) return;
    const bool asked = miner.counted();
    const RequestId id = miner.request();
    Mined mined = miner.stop();
    out.push_back(StopSearch{});
    if (asked) reply_when_durable(id, std::move(mined), out);
}

void Node::State::on(const Command& command, Time now, Effects& out) {
    if (const auto* start = std::get_if<StartMining>(&command.request)) {
        stop_mining(out);
        if (start->blocks == 0U) return reply_when_durable(command.id, Mined{}, out);
        miner.start(*start, command.id);
        persisted_at = now;
        if (!miner.counted()) out.push_back(Reply{command.id, Mined{}});
        miner.search(chain, mempool, now, out);
    } else if (std::holds_alternative<StopMining>(command.request)) {
        stop_mining(out);
        reply_when_durable(command.id, Mined{{}, true}, out);
    } else if (const auto* block = std::get_if<SubmitBlock>(&command.request)) {
        chain::Acceptance acceptance = chain.accept(block->block, now, false);
        follow(acceptance, now, out);
        reply_when_durable(command.id, std::move(acceptance), out);
    } else if (const auto* tip = std::get_if<AcceptTip>(&command.request)) {
        chain::Acceptance acceptance = chain.accept_held(tip->tip);
        follow(acceptance, now, out);
        reply_when_durable(command.id, std::move(acceptance), out);
    } else if (const auto* submit = std::get_if<SubmitTransaction>(&command.request)) {
        reply_when_durable(command.id, carry_out(*submit), out);
    } else {
        reply_when_durable(command.id, carry_out(std::get<ForgetTransaction>(command.request)), out);
    }
}

void Node::State::on(const BlockFound& found, Time now, Effects& out) {
    const auto block = miner.sealed(found);
    if (!block) return; // of a search that was replaced: the tip moved meanwhile
    const bool counted = miner.counted();
    const RequestId id = miner.request();
    const chain::Acceptance acceptance =
        chain.accept(*block, now, true); // the mempool checked the signatures
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
    if (!counted || now.unix_ms >= persisted_at.unix_ms + run_sync_ms) {
        persisted_at = now;
        out.push_back(Persist{++ticket});
    }
}

void Node::State::on(const Persisted& persisted, Time /*now*/, Effects& out) {
    while (!waiting.empty() && waiting.front().first <= persisted.ticket) {
        out.push_back(std::move(waiting.front().second));
        waiting.pop_front();
    }
}

void Node::State::on(const TimerFired& /*timer*/, Time now, Effects& out) {
    miner.refresh(chain, mempool, now, out);
}

Node::Node(consensus::Network network, store::RecordLog& log, store::Index& index, store::Outbox& outbox,
           NodeOptions options)
    : state_(std::make_unique<State>(std::move(network), log, index, outbox, options)) {
    state_->own.open(state_->chain, state_->mempool);
}

Node::~Node() = default;

void Node::on(Input input, Time now, Effects& out) {
    std::visit([&](const auto& what) { state_->on(what, now, out); }, input);
}

const chain::Chain& Node::chain() const { return state_->chain; }
const chain::Mempool& Node::mempool() const { return state_->mempool; }
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

bool Node::wants_checkpoint() const { return state_->chain.wants_checkpoint(); }
bool Node::has_unwritten() const { return state_->chain.has_unwritten(); }
void Node::write_checkpoint() { state_->chain.write_checkpoint(); }

} // namespace cairn::net
