#include <cli/commands/signature_checks.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <thread>

namespace cairn::cli {
namespace {

/// Signatures taken at a time, 6 ms of work: few enough that all threads end together.
constexpr std::size_t share = 128;

struct Part {
    std::size_t block = 0;
    std::size_t first = 0; ///< of its transactions
};

} // namespace

struct SignatureChecks::State {
    State(const consensus::Network& of, std::vector<const Block*> given)
        : network(of), blocks(std::move(given)), errors(blocks.size()) {
        for (std::size_t block = 0; block < blocks.size(); ++block)
            for (std::size_t first = 0; first < blocks[block]->transactions.size(); first += share)
                parts.push_back({block, first});
    }

    void work() {
        for (std::size_t at = next++; at < parts.size(); at = next++) {
            const Part& part = parts[at];
            const std::span<const Transaction> all = blocks[part.block]->transactions;
            auto error =
                check_signatures(network, all.subspan(part.first, std::min(share, all.size() - part.first)));
            if (!error) continue;
            error->index += static_cast<std::uint32_t>(part.first);
            const std::lock_guard guard(mutex);
            errors[part.block] = least(errors[part.block], error);
        }
    }

    const consensus::Network& network;
    const std::vector<const Block*> blocks;
    std::vector<Part> parts;
    std::atomic<std::size_t> next{0};
    std::mutex mutex; ///< guards `errors`
    std::vector<std::optional<consensus::RuleError>> errors;
    std::vector<std::jthread> threads; ///< last: they use all of the above until joined
};

SignatureChecks::SignatureChecks(const consensus::Network& network, std::vector<const Block*> blocks)
    : state_(std::make_unique<State>(network, std::move(blocks))) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(cores, state_->parts.size()); ++i)
        state_->threads.emplace_back([state = state_.get()] { state->work(); });
}

SignatureChecks::~SignatureChecks() { state_->next = state_->parts.size(); }

const std::vector<std::optional<consensus::RuleError>>& SignatureChecks::results() {
    state_->threads.clear(); // joins them
    return state_->errors;
}

} // namespace cairn::cli
