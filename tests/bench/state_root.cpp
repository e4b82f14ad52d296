// Benchmark: the state root of a block of 4,000 payments that touch 8,000 of a million accounts, beside the
// same tree kept plainly: all levels in vectors, each touched node rehashed by Crypto++'s SHA-256, one at a
// time. Reported: microseconds a payment, leaves included, of each, and ours by the plain one's (medians, in
// turn).
#include "bench/timing.hpp"
#include <base/random.hpp>
#include <chain/merkle_tree.hpp>
#include <consensus/merkle.hpp>
#include <model/account.hpp>

#include <benchmark/benchmark.h>
#include <cryptopp/sha.h>

#include <algorithm>

namespace {

using namespace cairn;
using bench::median;
using bench::microseconds;

constexpr std::uint32_t accounts = 1'000'000;
constexpr std::uint32_t payments = 4'000;

using Touched = std::vector<std::pair<std::uint32_t, Account>>;

Touched touched_by_a_block(Prng& random) {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < 2 * payments; ++i)
        numbers.push_back(static_cast<std::uint32_t>(random.below(accounts)));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    Touched out;
    for (const std::uint32_t number : numbers) {
        Account account;
        random.fill(account.address.bytes);
        out.emplace_back(number, account);
    }
    return out;
}

Hash256 plain_hash(Byte kind, ByteView first, ByteView second) {
    Hash256 out;
    CryptoPP::SHA256 hash;
    hash.Update(&kind, 1);
    hash.Update(first.data(), first.size());
    hash.Update(second.data(), second.size());
    hash.Final(out.data());
    return out;
}

class PlainTree {
  public:
    explicit PlainTree(std::vector<Hash256> leaves) {
        levels_.push_back(std::move(leaves));
        std::vector<std::uint32_t> all;
        while (levels_.back().size() > 1) {
            const std::size_t width = (levels_.back().size() + 1) / 2;
            all.resize(width);
            for (std::uint32_t i = 0; i < width; ++i) all[i] = i;
            levels_.emplace_back(width);
            rehash(levels_.size() - 1, all);
        }
    }
    void update(const Touched& touched) {
        std::vector<std::uint32_t> numbers;
        for (const auto& [number, account] : touched) {
            levels_[0][number] = plain_hash(0, encode(account), {});
            numbers.push_back(number);
        }
        for (std::size_t level = 1; level < levels_.size(); ++level) {
            for (std::uint32_t& number : numbers) number /= 2;
            numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
            rehash(level, numbers);
        }
    }
    const Hash256& root() const { return levels_.back().front(); }

  private:
    void rehash(std::size_t level, const std::vector<std::uint32_t>& numbers) {
        const auto& below = levels_[level - 1];
        for (const std::uint32_t number : numbers) {
            const std::size_t left = 2 * std::size_t{number};
            levels_[level][number] =
                left + 1 < below.size() ? plain_hash(1, below[left], below[left + 1]) : below[left];
        }
    }
    std::vector<std::vector<Hash256>> levels_;
};

void update_ours(chain::MerkleTree& tree, const Touched& touched) {
    std::vector<const Account*> records;
    records.reserve(touched.size());
    for (const auto& [number, account] : touched) records.push_back(&account);
    std::vector<Hash256> hashes(records.size());
    consensus::account_leaves(records, hashes);
    std::vector<chain::MerkleTree::Leaf> leaves(records.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i] = {touched[i].first, hashes[i]};
    tree.update(leaves, accounts);
}

void state_root(benchmark::State& state) {
    Prng random(7);
    std::vector<Hash256> leaves(accounts);
    std::vector<chain::MerkleTree::Leaf> numbered(accounts);
    for (std::uint32_t i = 0; i < accounts; ++i) {
        random.fill(leaves[i]);
        numbered[i] = {i, leaves[i]};
    }
    chain::MerkleTree ours;
    ours.update(numbered, accounts);
    PlainTree plain(std::move(leaves));
    std::vector<double> our_times;
    std::vector<double> plain_times;
    for (auto _ : state) {
        const Touched touched = touched_by_a_block(random);
        our_times.push_back(microseconds([&] { update_ours(ours, touched); }));
        plain_times.push_back(microseconds([&] { plain.update(touched); }));
        if (ours.root() != plain.root()) state.SkipWithError("the roots differ");
    }
    state.counters["ours_us"] = median(our_times) / payments;
    state.counters["plain_us"] = median(plain_times) / payments;
    state.counters["share"] = median(our_times) / median(plain_times);
}
BENCHMARK(state_root)->Iterations(61)->Unit(benchmark::kMillisecond);

} // namespace
