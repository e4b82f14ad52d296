#include <protocol/header_sync.hpp>

#include <algorithm>
#include <utility>

namespace cairn::net {

using consensus::ChainPoint;

/// Headers as they came, with their ids.
struct HeaderSync::Batch {
    std::span<const SealedHeader> heads;
    std::vector<BlockId> ids;

    const BlockId& parent() const { return heads.front().header.parent; }
    bool is_full() const { return heads.size() == batch_headers; }
    bool may_be_announcement() const { return heads.size() <= max_announced; }
};

/// What rules 2 to 5 say of a batch: of its first points.size() headers, that they hold.
struct HeaderSync::Judged {
    ChainPoint parent;
    std::vector<ChainPoint> points;
    std::size_t known = 0; ///< of them, entries or stored blocks
    std::optional<consensus::RuleError> error;
    bool ahead = false;     ///< the next one's time is to come
    bool condemned = false; ///< the next one is

    const ChainPoint& last() const { return points.empty() ? parent : points.back(); }
};

namespace {

constexpr std::uint64_t no_room_retry_ms = 5'000;

/// Ids of headers of which each is the parent of the next; nullopt where they are not.
std::optional<std::vector<BlockId>> linked_ids(std::span<const SealedHeader> heads) {
    std::vector<BlockId> out;
    out.reserve(heads.size());
    for (const SealedHeader& head : heads) {
        if (!out.empty() && head.header.parent != out.back()) return std::nullopt;
        out.push_back(block_id(head));
    }
    return out;
}

void put_first(std::vector<BlockId>& locator, const BlockId& id) {
    if (locator.front() == id) return;
    locator.insert(locator.begin(), id);
    if (locator.size() > chain::Chain::max_locator) locator.erase(locator.end() - 2); // genesis stays last
}

} // namespace

// --- asking ---

Uint256 HeaderSync::threshold(const chain::Chain& chain) const {
    return std::max(minimum_work_, least_work_of_interest(chain));
}

GetHeaders HeaderSync::ask(std::vector<BlockId> locator, Instant now) {
    asked_ms_ = now.steady_ms;
    waiting_ = false;
    lost_ = false;
    caught_up_ = false;
    GetHeaders out;
    out.locator = std::move(locator);
    out.max = batch_headers;
    return out;
}

void HeaderSync::reset() {
    // Of what was only promised nothing may stay.
    if (phase_ == Phase::redownload && last_.work < promised_) best_.reset();
    phase_ = Phase::direct;
    asked_ms_.reset();
    waiting_ = false;
    wait_for_.reset();
    progress_ = {};
    promised_ = {};
    commitments_ = {};
}

/// From below the best header known, so that the answer shows whether this peer has it.
GetHeaders HeaderSync::begin(const chain::Chain& chain, const HeaderTree& tree, Instant now) {
    reset();
    std::vector<BlockId> locator = chain.locator();
    if (const auto* best = tree.best(); best != nullptr && best->point.work > chain.tip().work)
        put_first(locator, best->head.header.parent);
    return ask(std::move(locator), now);
}

/// The headers after last_, or nothing while too many wait for their bodies.
std::optional<GetHeaders> HeaderSync::ask_on(const chain::Chain& chain, const HeaderTree& tree, Instant now) {
    constexpr std::size_t most = window - batch_headers;
    if (waiting_) return std::nullopt;
    if (tree.size() > most && tree.depth(last_.id) > most) {
        waiting_ = true;
        wait_for_ = tree.below(last_.id, most).point.id;
        return std::nullopt;
    }
    if (phase_ == Phase::redownload) return ask({last_.id, fork_.id, chain.network().id()}, now);
    std::vector<BlockId> locator = chain.locator();
    put_first(locator, last_.id);
    // What others gave need not be fetched again, where this peer has it too.
    if (const auto* best = tree.best(); best != nullptr && best->point.work > last_.work)
        put_first(locator, best->head.header.parent);
    return ask(std::move(locator), now);
}

/// Whether the headers that this peer showed are gone: they gave room to others', or were condemned. Then the
/// peer is asked anew (true), once in a while.
std::optional<bool> HeaderSync::lost_best(const chain::Chain& chain, const HeaderTree& tree, Instant now) {
    if (asked_ms_ || !best_ || tree.point(*best_, chain)) return std::nullopt;
    if (now.steady_ms < again_ms_) {
        lost_ = true;
        return false;
    }
    lost_ = false;
    again_ms_ = now.steady_ms + no_room_retry_ms;
    best_.reset();
    return true;
}

HeaderSync::Verdict HeaderSync::resume(const chain::Chain& chain, const HeaderTree& tree, Instant now) {
    Verdict out;
    if (asked_ms_ && now.steady_ms >= *asked_ms_ + answer_timeout_ms) {
        out.timed_out = true;
        out.cost = Cost::silence + wasted();
        out.next = begin(chain, tree, now);
    } else if (const auto due = lost_best(chain, tree, now); due) {
        if (*due) out.next = begin(chain, tree, now);
    } else if (waiting_ && wait_for_ && best_work_ <= threshold(chain)) {
        reset(); // our own chain outgrew the branch: nobody fetches what is waited for
        ended(out);
    } else if (waiting_ && (wait_for_ ? tree.find(*wait_for_) == nullptr : now.steady_ms >= retry_ms_)) {
        waiting_ = false;
        wait_for_.reset();
        out.next = tree.point(last_.id, chain) ? ask_on(chain, tree, now) : begin(chain, tree, now);
    }
    out.best = best_;
    out.work = best_work_;
    return out;
}

std::optional<std::uint64_t> HeaderSync::wake_at() const {
    if (asked_ms_) return *asked_ms_ + answer_timeout_ms;
    if (lost_) return again_ms_;
    if (waiting_ && !wait_for_) return retry_ms_;
    return std::nullopt;
}

// --- judging ---

HeaderSync::Judged HeaderSync::judge(const Batch& batch, const ChainPoint& parent, const chain::Chain& chain,
                                     const HeaderTree& tree, Time now) const {
    const consensus::Network& network = chain.network();
    Judged out;
    out.parent = parent;
    out.points.reserve(batch.heads.size());
    for (std::size_t i = 0; i < batch.heads.size(); ++i) {
        const SealedHeader& head = batch.heads[i];
        const BlockId& id = batch.ids[i];
        if (out.known == i) { // nothing known follows a header that is not
            if (const auto known = tree.point(id, chain)) {
                out.points.push_back(*known);
                ++out.known;
                continue;
            }
            out.condemned = chain.is_condemned(id);
        }
        out.condemned = out.condemned || tree.is_condemned(id);
        if (out.condemned) break;
        out.error = consensus::check_header(network, out.last(), head, id);
        if (out.error) break;
        out.ahead = consensus::is_ahead_of(network, head.header, now);
        if (out.ahead) break;
        out.points.push_back(consensus::extend(network, out.last(), head, id));
    }
    return out;
}

/// Keeps what there is room for; last_ is where it ends.
void HeaderSync::take(const Batch& batch, const Judged& judged, HeaderTree& tree, Instant now) {
    const ChainPoint& attach = judged.known == 0 ? judged.parent : judged.points[judged.known - 1];
    const std::size_t room = window - std::min(window, tree.depth(attach.id));
    const std::size_t end = std::min(judged.points.size(), judged.known + room);
    for (std::size_t i = judged.known; i < end; ++i) tree.keep(batch.heads[i], judged.points[i], peer_);
    tree.trim();
    std::size_t kept = end;
    while (kept > judged.known && tree.find(judged.points[kept - 1].id) == nullptr) --kept;
    last_ = kept == 0 ? judged.parent : judged.points[kept - 1];
    if (kept == judged.points.size()) return;
    waiting_ = true;
    wait_for_.reset();
    retry_ms_ = now.steady_ms + no_room_retry_ms;
    if (const std::size_t depth = tree.depth(last_.id); depth > 0)
        wait_for_ = tree.below(last_.id, depth / 2).point.id;
}

/// Keeps the first header of times to come, where it is of interest.
void HeaderSync::defer(const Batch& batch, const Judged& judged, const chain::Chain& chain,
                       HeaderTree& tree) const {
    if (!judged.ahead) return;
    const std::size_t next = judged.points.size();
    const ChainPoint at =
        consensus::extend(chain.network(), judged.last(), batch.heads[next], batch.ids[next]);
    if (at.work > threshold(chain)) tree.defer(batch.heads[next], peer_);
}

void HeaderSync::note_best(const Uint256& work, const chain::Chain& chain, const HeaderTree& tree) {
    if (best_ && work < best_work_ && tree.point(*best_, chain)) return;
    best_ = last_.id;
    best_work_ = work;
}

/// An honest peer never sends such a header.
bool HeaderSync::give_up_invalid(const Judged& judged, Verdict& out) {
    if (!judged.error) return false;
    reset();
    out.error = judged.error;
    out.cost += Cost::invalid;
    return true;
}

/// What presync would have been for, were it given up now.
unsigned HeaderSync::wasted() const {
    if (phase_ == Phase::direct) return 0;
    const Height had = phase_ == Phase::presync ? fork_.height : last_.height;
    return (shown_.value - std::min(had, shown_).value) / Cost::headers_a_point;
}

void HeaderSync::ended(Verdict& out) {
    caught_up_ = true;
    has_answered_ = true;
    out.caught_up = true;
}

// --- what comes ---

HeaderSync::Verdict HeaderSync::on_headers(const Headers& message, const chain::Chain& chain,
                                           HeaderTree& tree, Instant now, Random& random) {
    Verdict out;
    const std::span<const SealedHeader> heads = message.heads;
    auto ids = heads.size() <= batch_headers ? linked_ids(heads) : std::nullopt;
    if (!ids) {
        reset();
        out.cost = Cost::invalid;
    } else if (waiting_) {
        out.cost = heads.size() <= max_announced ? Cost::small : Cost::restart;
    } else if (heads.empty()) {
        on_empty(out);
    } else {
        const Batch batch{heads, std::move(*ids)};
        if (phase_ == Phase::direct)
            on_direct(batch, out, chain, tree, now, random);
        else if (batch.parent() != last_.id)
            on_unconnected(batch, out, chain, tree, now);
        else if (phase_ == Phase::presync)
            on_presync(batch, out, chain, tree, now);
        else
            on_redownload(batch, out, chain, tree, now);
    }
    out.best = best_;
    out.work = best_work_;
    return out;
}

void HeaderSync::on_empty(Verdict& out) {
    if (!asked_ms_) {
        out.cost += Cost::small;
        return;
    }
    if (phase_ != Phase::direct) out.cost += Cost::restart + wasted();
    reset();
    ended(out);
}

void HeaderSync::on_unconnected(const Batch& batch, Verdict& out, const chain::Chain& chain,
                                const HeaderTree& tree, Instant now) {
    if (asked_ms_ && batch.may_be_announcement()) { // the answer is still to come
        out.cost += Cost::small;
        return;
    }
    out.cost += (asked_ms_ ? Cost::restart : Cost::orphan) + wasted();
    out.next = begin(chain, tree, now);
}

void HeaderSync::on_direct(const Batch& batch, Verdict& out, const chain::Chain& chain, HeaderTree& tree,
                           Instant now, Random& random) {
    const auto parent = tree.point(batch.parent(), chain);
    const bool on_condemned = tree.is_condemned(batch.parent()) || chain.is_condemned(batch.parent());
    if (!parent && !on_condemned) return on_unconnected(batch, out, chain, tree, now);
    if (!asked_ms_ && !batch.may_be_announcement()) out.cost += Cost::unasked;
    asked_ms_.reset();
    if (!parent) {
        out.cost += Cost::condemned;
        return ended(out);
    }
    const Judged judged = judge(batch, *parent, chain, tree, now.wall);
    if (give_up_invalid(judged, out)) return;
    if (judged.condemned) out.cost += Cost::condemned;
    const bool more = batch.is_full() && judged.points.size() == batch.heads.size();
    const bool all_known = judged.known == judged.points.size();
    if (!all_known && judged.last().work <= threshold(chain)) {
        if (more) {
            reset();
            phase_ = Phase::presync;
            fork_ = judged.known == 0 ? *parent : judged.points[judged.known - 1];
            last_ = judged.last();
            shown_ = last_.height;
            commitments_ = HeaderCommitments(fork_.height, random);
            commitments_.add(std::span(judged.points).subspan(judged.known));
            out.next = ask({last_.id, fork_.id, chain.network().id()}, now);
            return;
        }
        out.cost += Cost::small + static_cast<unsigned>(judged.points.size()) / Cost::headers_a_point;
        return ended(out);
    }
    defer(batch, judged, chain, tree);
    take(batch, judged, tree, now);
    note_best(last_.work, chain, tree);
    if (!more) {
        if (!waiting_) ended(out);
        return;
    }
    if (last_.work <= progress_ && !waiting_) { // the same again: no end of this
        out.cost += Cost::restart;
        return ended(out);
    }
    progress_ = std::max(progress_, last_.work);
    out.next = ask_on(chain, tree, now);
}

void HeaderSync::on_presync(const Batch& batch, Verdict& out, const chain::Chain& chain,
                            const HeaderTree& tree, Instant now) {
    asked_ms_.reset();
    const Judged judged = judge(batch, last_, chain, tree, now.wall);
    if (give_up_invalid(judged, out)) return;
    const bool has_room = commitments_.add(judged.points);
    last_ = judged.last();
    shown_ = last_.height;
    if (last_.work > threshold(chain)) {
        promised_ = last_.work;
        last_ = fork_;
        phase_ = Phase::redownload;
        out.next = ask({fork_.id, chain.network().id()}, now);
    } else if (has_room && batch.is_full() && judged.points.size() == batch.heads.size()) {
        out.next = ask({last_.id, fork_.id, chain.network().id()}, now);
    } else {
        out.cost += Cost::small + wasted();
        reset();
        ended(out);
    }
}

void HeaderSync::on_redownload(const Batch& batch, Verdict& out, const chain::Chain& chain, HeaderTree& tree,
                               Instant now) {
    asked_ms_.reset();
    // Our own chain may have outgrown what was shown, and the tree may have had no room for it.
    if (promised_ <= threshold(chain) || !tree.point(last_.id, chain)) {
        out.next = begin(chain, tree, now);
        return;
    }
    const Judged judged = judge(batch, last_, chain, tree, now.wall);
    if (give_up_invalid(judged, out)) return;
    if (!commitments_.match(judged.points)) {
        out.cost += Cost::changed + wasted();
        out.next = begin(chain, tree, now);
        return;
    }
    take(batch, judged, tree, now);
    note_best(std::max(promised_, last_.work), chain, tree);
    const bool is_done = last_.work >= promised_;
    if (is_done) {
        const bool still_waiting = waiting_;
        const auto waits_for = wait_for_;
        reset();
        waiting_ = still_waiting;
        wait_for_ = waits_for;
        progress_ = last_.work;
    }
    if (batch.is_full() && judged.points.size() == batch.heads.size()) {
        out.next = ask_on(chain, tree, now);
        return;
    }
    if (waiting_) return;
    if (!is_done) { // shorter than it was
        out.cost += Cost::restart + wasted();
        reset();
    }
    ended(out);
}

} // namespace cairn::net
