// Headers and blocks from peers: asked for, checked by workers, connected in order, told to the others.
#include <consensus/rules.hpp>
#include <protocol/node_state.hpp>

#include <algorithm>

namespace cairn::net {
namespace {

/// Connected for one input; the rest waits for the next, so that others get their turn.
constexpr std::size_t connected_at_once_bytes = 1u << 20;
constexpr std::size_t connected_at_once = 16;
constexpr std::uint64_t probe_every_ms = 20'000;
/// Bytes that came so lately are a block on its way over a slow line.
constexpr std::uint64_t slow_within_ms = 1'000;
/// Headers of one announcement; who lacks more asks for them.
constexpr std::size_t announced_headers = 8;
/// What a peer sent before it read that we want headers takes no longer.
constexpr std::uint64_t compact_grace_ms = 10'000;
/// That a peer has more is waited for so long before it showed any of it.
constexpr std::uint64_t claim_wait_ms = 5'000;

/// A copy of the body that was changed on the way says nothing of the block that was sealed.
bool is_of_the_copy(const consensus::RuleError& error) { return error.rule() == 1 || error.rule() == 6; }

} // namespace

bool Node::State::is_syncing() const {
    constexpr std::uint32_t in_passing = 2; // blocks that come one after the other are news
    return downloads.leads_on_from(chain.tip(), in_passing, latest);
}

// --- headers ---

void Node::State::ask_for_headers(Peer& peer, Instant now, Effects& out) {
    // The answer that is awaited will show it, and so will the blocks: begun anew, neither would come to an
    // end.
    if (peer.headers.is_asked() || peer.headers.is_waiting()) return;
    peers.send(peer, peer.headers.begin(chain, headers, now), out);
}

void Node::State::probe(Instant now, Effects& out) {
    if (now.steady_ms < next_probe_ms) return;
    next_probe_ms = now.steady_ms + probe_every_ms;
    auto next = peers.all().upper_bound(probed);
    if (next == peers.all().end()) next = peers.all().begin();
    if (next == peers.all().end()) return;
    probed = next->first;
    Peer& peer = next->second;
    // Whoever is sending bodies would answer behind them.
    const bool is_free = peer.ready() && peer.headers.caught_up() && !downloads.is_asked(peer.id);
    if (is_free) ask_for_headers(peer, now, out);
}

bool Node::State::take_headers(Peer& peer, const Headers& told, Instant now, Effects& out) {
    const auto verdict = peer.headers.on_headers(told, chain, headers, now, random);
    note_shown(peer, verdict, now);
    return follow_headers(peer, verdict, now, out);
}

// --- what is said of work ---

void Node::State::hear_claim(Peer& peer, Instant now, Effects& out) {
    if (peer.hello.work <= chain.tip().work) return;
    if (standing.trust_claim(peer.account)) {
        peer.claimed_as = peer.account;
        peer.claim_until_ms = now.steady_ms + claim_wait_ms;
    }
    ask_for_headers(peer, now, out);
}

void Node::State::note_shown(Peer& peer, const HeaderSync::Verdict& verdict, Instant now) {
    if (std::max(verdict.work, chain.tip().work) >= peer.hello.work) {
        if (peer.claimed_as) standing.claim_shown(*peer.claimed_as);
        peer.claimed_as.reset();
    } else if (verdict.next && peer.headers.phase() != HeaderSync::Phase::direct) {
        peer.claim_until_ms = now.steady_ms + HeaderSync::answer_timeout_ms; // work that is not kept yet
    }
}

void Node::State::end_claims(Instant now) {
    for (auto& [id, peer] : peers.all())
        if (peer.claim_until_ms && now.steady_ms >= *peer.claim_until_ms) peer.claim_until_ms.reset();
}

/// Who goes on by another connection leaves nothing unanswered.
void Node::State::charge_unshown(const Peer& gone, Instant now) {
    const bool is_unshown = gone.ready() && gone.hello.work > chain.tip().work && gone.headers.is_asked() &&
                            !gone.headers.has_answered();
    if (is_unshown && !peers.has_twin(gone)) standing.add(gone.account, cost::unshown_claim, now);
}

bool Node::State::follow_headers(Peer& peer, const HeaderSync::Verdict& verdict, Instant now, Effects& out) {
    std::string why = "its headers lead nowhere";
    if (verdict.timed_out) {
        why = "it does not answer";
        peer.hello.work = {}; // whatever it claimed
    }
    if (verdict.error)
        why = std::string("its header breaks a rule: ") + consensus::describe(verdict.error->code);
    downloads.shows(peer.id, verdict.best, verdict.work); // where it has none any more, too
    if (verdict.best != peer.best) {
        peer.best = verdict.best;
        const auto point = verdict.best ? headers.point(*verdict.best, chain) : std::nullopt;
        if (point) peer.hello.height = point->height;
    }
    // One that used to answer and of which nothing is heard any more is cut off: silence ends that, and a
    // score would keep the two apart when the line is back.
    const bool is_cut_off = verdict.timed_out && peer.headers.has_answered() &&
                            now.steady_ms >= peer.heard_ms + HeaderSync::answer_timeout_ms;
    punish(peer, is_cut_off ? 0 : verdict.cost, why, now, out);
    if (peer.stage == Peer::Stage::leaving) return false;
    if (verdict.next) peers.send(peer, *verdict.next, out);
    return true;
}

void Node::State::receive(Peer& peer, const Headers& told, Instant now, Effects& out) {
    if (take_headers(peer, told, now, out)) fetch(now, out);
}

void Node::State::fetch(Instant now, Effects& out) {
    auto assignment = downloads.assign(chain, headers, now);
    for (auto& [id, ids] : assignment.gets) {
        Peer* peer = peers.find(id);
        if (peer == nullptr || !peer->ready()) continue;
        Get get{ItemKind::block, {}};
        get.ids.reserve(ids.size());
        for (const BlockId& block : ids) get.ids.push_back(block.bytes);
        peers.send(*peer, get, out);
    }
    for (const auto& stall : assignment.stalls) {
        Peer* peer = peers.find(stall.peer);
        if (peer == nullptr) continue;
        const bool is_slow = now.steady_ms < peer->heard_ms + slow_within_ms;
        punish(*peer, is_slow ? cost::slow : cost::stalled, "it keeps blocks waiting", now, out);
        if (stall.alone) peers.drop(*peer, "it keeps blocks waiting", out);
    }
}

// --- bodies ---

void Node::State::check(Peer& peer, const BlockId& id, Bytes&& body, bool is_compact, Instant now,
                        Effects& out) {
    const CheckId number{++last_check};
    checks.emplace(number, Check{peer.id, id, body.size(), is_compact});
    peers.add_unchecked(peer, body.size(), now, out);
    out.push_back(CheckBlock{number, std::move(body)});
}

void Node::State::receive(Peer& peer, BlockMessage&& block, Instant now, Effects& out) {
    peer.headers.be_patient(now);
    if (!downloads.received(peer.id, block.id, block.body.size(), headers, now))
        return; // came from another meanwhile
    compact.forget(block.id);
    check(peer, block.id, std::move(block.body), false, now, out);
    fetch(now, out);
}

void Node::State::on(const BlockChecked& checked, Instant now, Effects& out) {
    const auto found = checks.find(checked.check);
    if (found == checks.end()) return;
    const Check check = found->second;
    checks.erase(found);
    Peer* peer = peers.find(check.from); // it may be gone; what it gave counts all the same
    if (peer != nullptr) peers.take_unchecked(*peer, check.bytes, now, out);
    const bool is_it = checked.block && block_id(checked.block->head) == check.block;
    if (!is_it || (checked.error && is_of_the_copy(*checked.error))) {
        downloads.checked(check.block, nullptr, now);
        if (peer != nullptr) punish(*peer, cost::bad_body, "it sent a false body of a block", now, out);
    } else if (checked.error) {
        headers.condemn(check.block);
        ahead.reset(); // what is left of it the tree still has
        downloads.checked(check.block, nullptr, now);
        if (peer != nullptr && !check.is_compact)
            punish(*peer, cost::invalid_block, "its block breaks a rule", now, out);
    } else {
        downloads.checked(check.block, checked.block, now);
        givers.insert_or_assign(check.block, Giver{check.from, check.is_compact});
    }
    connect_ready(now, out);
    fetch(now, out);
}

void Node::State::connect_ready(Instant now, Effects& out) {
    std::size_t bytes = 0;
    more_ready = false;
    for (std::size_t count = 0; count < connected_at_once && bytes < connected_at_once_bytes; ++count) {
        const auto block = downloads.take_next(chain, headers);
        if (!block) return;
        const BlockId id = block_id(block->head);
        bytes += encoded_size(*block);
        const auto giver = givers.extract(id);
        Peer* peer = giver ? peers.find(giver.mapped().peer) : nullptr;
        const auto acceptance = chain.accept(block, now.wall, {true, true}); // by workers, or assembled
        if (acceptance.outcome == chain::Outcome::invalid) {
            const bool for_good = !acceptance.error || consensus::condemns(acceptance.error->code);
            if (for_good)
                headers.condemn(id);
            else
                headers.forget(id); // this copy alone: it may come again
            ahead.reset();
            // A compact block is passed on before all of it was judged: nobody is at fault for that.
            if (peer != nullptr && !giver.mapped().is_compact)
                punish(*peer, for_good ? cost::invalid_block : cost::bad_body, "its block breaks a rule", now,
                       out);
            continue;
        }
        const bool has_place =
            acceptance.outcome != chain::Outcome::deferred && acceptance.outcome != chain::Outcome::orphan;
        if (has_place)
            headers.remove(id);
        else
            headers.forget(id); // the clock was set back meanwhile: it comes again
        bodies_stored = bodies_stored || has_place;
        if (peer != nullptr && has_place) {
            if (peer->dial) targets.proved(*peer->dial);
            for (const DialId dial : peer->stands_for) targets.proved(dial);
        }
        if (peer != nullptr && !is_syncing()) prefer_compact_from(*peer, now, out);
        follow(acceptance, now, out);
        persist_soon(!is_syncing(), now, out);
    }
    more_ready = true;
}

void Node::State::settle(Instant now, Effects& out) {
    if (headers.cuts() == cuts_seen && !bodies_stored) return;
    cuts_seen = headers.cuts();
    bodies_stored = false;
    resume_headers(now, out);
    fetch(now, out);
}

void Node::State::note_ahead(Instant now, Effects& out) {
    const auto& tip = chain.tip();
    if (const auto* best = headers.best(); best != nullptr && best->point.work > tip.work) {
        ahead = best->point;
        return;
    }
    if (!ahead) return;
    bool is_over = ahead->work <= tip.work || chain.point(ahead->id);
    for (auto& [id, peer] : peers.all()) {
        if (is_over) break;
        if (!peer.ready()) continue;
        is_over = peer.headers.caught_up(); // it was asked, and knows of none
        if (!is_over) ask_for_headers(peer, now, out);
    }
    if (is_over) ahead.reset();
}

void Node::State::resume_headers(Instant now, Effects& out) {
    for (auto& [id, peer] : peers.all())
        if (peer.ready()) follow_headers(peer, peer.headers.resume(chain, headers, now), now, out);
}

// --- compact blocks ---

void Node::State::receive(Peer& peer, const CompactBlock& told, Instant now, Effects& out) {
    // What was under way when we asked for headers instead is as good as asked for.
    if (!peer.asked_compact && now.steady_ms >= peer.compact_until_ms)
        return punish(peer, cost::unasked_compact, "it sends compact blocks unasked", now, out);
    if (!take_headers(peer, Headers{{told.head}}, now, out)) return;
    const bool is_next = headers.find(told.id) != nullptr && told.head.header.parent == chain.tip().id;
    if (is_next && downloads.reserve(peer.id, told.id, headers, now)) {
        auto step = compact.begin(peer.id, told, mempool);
        if (step.missing)
            peers.send(peer, *step.missing, out);
        else
            take_assembled(peer, told.id, std::move(step), now, out);
    }
    fetch(now, out);
}

void Node::State::receive(Peer& peer, const BlockTxs& answer_in, Instant now, Effects& out) {
    auto step = compact.complete(peer.id, answer_in);
    if (step.is_false_answer)
        punish(peer, cost::malformed, "it did not send the transactions that were asked for", now, out);
    take_assembled(peer, answer_in.id, std::move(step), now, out);
    fetch(now, out);
}

void Node::State::take_assembled(Peer& peer, const BlockId& id, CompactBlocks::Step&& step, Instant now,
                                 Effects& out) {
    // What does not fit its header is a collision of short ids, nobody's fault: the whole block is asked for.
    if (!step.block || consensus::check_body(chain.network(), *step.block)) {
        if (downloads.asked(peer.id, id)) peers.send(peer, Get{ItemKind::block, {id.bytes}}, out);
        return;
    }
    if (!downloads.received(peer.id, id, encoded_size(*step.block), headers, now)) return;
    if (!step.signatures_checked) return check(peer, id, encode(*step.block), true, now, out);
    downloads.checked(id, step.block, now);
    givers.insert_or_assign(id, Giver{peer.id, true});
    pass_on(*step.block, id, peer.id, out);
    more_ready = true; // at the next input: first the others shall have it
}

/// Its work is there and its body is the one that was sealed: it goes on its way before it is connected.
void Node::State::pass_on(const Block& block, const BlockId& id, PeerId from, Effects& out) {
    if (is_syncing()) return;
    std::optional<CompactBlock> short_form;
    for (auto& [number, peer] : peers.all()) {
        if (!peer.ready() || number == from || !peer.wants_compact || peer.best == id) continue;
        if (!short_form) short_form = make_compact(block, id, random.next_u64());
        peers.send(peer, *short_form, out);
        peer.passed_on = id;
    }
}

/// Asks this peer for compact blocks, and the one that was of least use for them no more.
void Node::State::prefer_compact_from(Peer& peer, Instant now, Effects& out) {
    if (!peer.ready() || !peer.hello.compact_blocks) return;
    if (std::erase(compact_from, peer.id) == 0) {
        peer.asked_compact = true;
        peers.send(peer, Relay{true}, out);
    }
    compact_from.push_back(peer.id);
    if (compact_from.size() <= CompactBlocks::max_sources) return;
    if (Peer* last = peers.find(compact_from.front())) {
        last->asked_compact = false;
        last->compact_until_ms = now.steady_ms + compact_grace_ms;
        peers.send(*last, Relay{false}, out);
    }
    compact_from.pop_front();
}

void Node::State::announce_tip(const chain::Events& events, Instant /*now*/, Effects& out) {
    if (is_syncing()) return;
    Headers news;
    chain::BlockPtr tip;
    for (const chain::Event& event : events)
        if (const auto* connected = std::get_if<chain::BlockConnected>(&event)) {
            news.heads.push_back(connected->info.head);
            tip = connected->block;
        }
    if (!tip) return;
    if (news.heads.size() > announced_headers)
        news.heads.erase(news.heads.begin(), news.heads.end() - announced_headers);
    const BlockId id = chain.tip().id;
    std::optional<CompactBlock> short_form;
    for (auto& [number, peer] : peers.all()) {
        if (!peer.ready() || peer.best == id || peer.passed_on == id) continue;
        if (peer.wants_compact && news.heads.size() == 1) {
            if (!short_form) short_form = make_compact(*tip, id, random.next_u64());
            peers.send(peer, *short_form, out);
        } else {
            peers.send(peer, news, out);
        }
    }
}

} // namespace cairn::net
