// The simulator: networks of nodes in virtual time, a seed a run.
//   cairn_sim [--seeds N] [--first SEED] [--machines M] [--blocks B]   runs N seeds; 1 and each failing
//   seed's
//                                                                      number where an oracle does not hold
//   cairn_sim --again SEED …                                           one seed twice: both traces must agree
#include "scenario.hpp"

#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace {

using cairn::sim::Outcome;

struct Request {
    std::uint64_t seeds = 300;
    std::uint64_t first = 1;
    std::uint64_t machines = 0;
    std::uint64_t blocks = 12;
    std::optional<std::uint64_t> again;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

std::optional<Request> read(const std::vector<std::string_view>& words) {
    Request out;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        const auto value = number_of(words[i + 1]);
        if (!value) return std::nullopt;
        if (words[i] == "--seeds")
            out.seeds = *value;
        else if (words[i] == "--first")
            out.first = *value;
        else if (words[i] == "--machines")
            out.machines = *value;
        else if (words[i] == "--blocks")
            out.blocks = *value;
        else if (words[i] == "--again")
            out.again = *value;
        else
            return std::nullopt;
    }
    return words.size() % 2 == 0 ? std::optional(out) : std::nullopt;
}

Outcome run(const Request& request, std::uint64_t seed) {
    return cairn::sim::run_scenario(seed, request.machines, static_cast<std::uint32_t>(request.blocks));
}

int run_again(const Request& request) {
    const Outcome first = run(request, *request.again);
    const Outcome second = run(request, *request.again);
    std::printf("seed %llu: trace %016llx and %016llx, height %u, %llu messages%s%s\n",
                static_cast<unsigned long long>(*request.again), static_cast<unsigned long long>(first.trace),
                static_cast<unsigned long long>(second.trace), first.height,
                static_cast<unsigned long long>(first.messages), first.failure.empty() ? "" : ": ",
                first.failure.c_str());
    return first.trace == second.trace && first.failure.empty() ? 0 : 1;
}

int run_all(const Request& request) {
    std::uint64_t failed = 0;
    std::uint64_t blocks = 0;
    std::uint64_t messages = 0;
    std::uint64_t reorganisations = 0;
    for (std::uint64_t seed = request.first; seed < request.first + request.seeds; ++seed) {
        const Outcome outcome = run(request, seed);
        blocks += outcome.height;
        messages += outcome.messages;
        reorganisations += outcome.reorganisations;
        if (outcome.failure.empty()) continue;
        ++failed;
        std::printf("seed %llu: %s (again: --again %llu)\n", static_cast<unsigned long long>(seed),
                    outcome.failure.c_str(), static_cast<unsigned long long>(seed));
        std::fflush(stdout);
    }
    std::printf("%llu seeds, %llu blocks, %llu messages, %llu reorganisations; %llu failed\n",
                static_cast<unsigned long long>(request.seeds), static_cast<unsigned long long>(blocks),
                static_cast<unsigned long long>(messages), static_cast<unsigned long long>(reorganisations),
                static_cast<unsigned long long>(failed));
    return failed == 0 ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
    const auto request = read({words + 1, words + count});
    if (!request) {
        std::fputs("cairn_sim [--seeds N] [--first SEED] [--machines M] [--blocks B] | --again SEED\n",
                   stderr);
        return 2;
    }
    return request->again ? run_again(*request) : run_all(*request);
}
