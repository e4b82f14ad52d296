#include <cli/commands/signature_checks.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <thread>

namespace cairn::cli {
namespace {

/// Each thread keeps so many keys, 0.8 MiB.
constexpr std::size_t cached_keys = 4'096;

struct Place {
    std::size_t block = 0;
    std::uint32_t index = 0; ///< of its transactions
};

} // namespace

struct SignatureChecks::State {
    State(const consensus::Network& of, const crypto::BatchSeed& secret, std::span<const Block* const> blocks)
        : network(of), seed(secret), errors(blocks.size()) {
        for (std::size_t block = 0; block < blocks.size(); ++block) {
            for (const Transaction& tx : blocks[block]->transactions) {
                places.push_back(
                    {block, static_cast<std::uint32_t>(&tx - blocks[block]->transactions.data())});
                all.push_back(&tx);
            }
        }
    }

    /// Blocks may be small: a batch reaches over their ends.
    void work() {
        consensus::SignatureBatches signatures(network, seed, cached_keys);
        for (std::size_t first = next.fetch_add(share); first < all.size(); first = next.fetch_add(share)) {
            const auto part = std::span(all).subspan(first, std::min(share, all.size() - first));
            for (const std::size_t i : signatures.find_refused(part)) {
                const Place& place = places[first + i];
                const std::lock_guard guard(mutex);
                errors[place.block] = least(
                    errors[place.block], consensus::RuleError{consensus::RuleCode::signature, place.index});
            }
        }
    }

    const consensus::Network& network;
    const crypto::BatchSeed seed;
    std::size_t share = 1; ///< signatures of a batch
    std::vector<Place> places;
    std::vector<const Transaction*> all; ///< in step with `places`
    std::atomic<std::size_t> next{0};
    std::mutex mutex; ///< guards `errors`
    std::vector<std::optional<consensus::RuleError>> errors;
    std::vector<std::jthread> threads; ///< last: they use all of the above until joined
};

SignatureChecks::SignatureChecks(const consensus::Network& network, const crypto::BatchSeed& seed,
                                 std::vector<const Block*> blocks)
    : state_(std::make_unique<State>(network, seed, blocks)) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t count = state_->all.size();
    // The larger a batch, the cheaper each; but all threads shall have some, and end together.
    state_->share = std::clamp(count / (4 * cores), std::size_t{128}, consensus::SignatureBatches::largest);
    for (std::size_t i = 0; i < cores && i * state_->share < count; ++i)
        state_->threads.emplace_back([state = state_.get()] { state->work(); });
}

SignatureChecks::~SignatureChecks() { state_->next = state_->all.size(); }

const std::vector<std::optional<consensus::RuleError>>& SignatureChecks::results() {
    state_->threads.clear(); // joins them
    return state_->errors;
}

} // namespace cairn::cli
