#include <protocol/nonce_runs.hpp>

#include <iterator>

namespace cairn::net {

NonceRuns::Runs::const_iterator NonceRuns::run_of(Nonce nonce) const {
    const auto after = runs_.upper_bound(nonce);
    if (after == runs_.begin()) return runs_.end();
    const auto run = std::prev(after);
    return nonce < run->second ? run : runs_.end();
}

void NonceRuns::insert(Nonce nonce) {
    if (run_of(nonce) != runs_.end()) return;
    Nonce first = nonce;
    Nonce end = nonce.next();
    if (const auto after = runs_.find(end); after != runs_.end()) {
        end = after->second;
        runs_.erase(after);
    }
    if (nonce.value > 0)
        if (const auto before = run_of(Nonce{nonce.value - 1}); before != runs_.end()) first = before->first;
    runs_.insert_or_assign(first, end);
}

void NonceRuns::erase(Nonce nonce) {
    const auto run = run_of(nonce);
    if (run == runs_.end()) return;
    const auto [first, end] = *run;
    runs_.erase(run);
    if (first < nonce) runs_.emplace(first, nonce);
    if (nonce.next() < end) runs_.emplace(nonce.next(), end);
}

Nonce NonceRuns::first_missing(Nonce from) const {
    const auto run = run_of(from);
    return run == runs_.end() ? from : run->second;
}

} // namespace cairn::net
