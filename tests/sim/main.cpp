// The simulator: networks of nodes in virtual time, a seed a run; 1 where an oracle does not hold.
//   cairn_sim [--seeds N] [--first SEED] [--machines M] [--blocks B]   N runs of everything at once
//   cairn_sim --again SEED …                                           one seed twice: both traces must agree
//   cairn_sim --heal N …                                               N times two halves meet again
//   cairn_sim --lies N …                                               N runs with strangers who tell false
//   times cairn_sim --scale NODES [--interval SECONDS] [--blocks B] [--payments P] [--first SEED]
//                                                                      one large network, measured
#include "scale.hpp"
#include "scenario.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using cairn::sim::Outcome;
using Run = Outcome (*)(std::uint64_t seed, std::size_t machines, std::uint32_t blocks);
using Options = std::map<std::string, std::uint64_t, std::less<>>;

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

/// Pairs of --NAME NUMBER, on top of what stands if nothing is said; nullopt where one is not among them.
std::optional<Options> read(const std::vector<std::string_view>& words, Options known) {
    if (words.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const auto value = number_of(words[i + 1]);
        const auto option = words[i].starts_with("--") ? known.find(words[i].substr(2)) : known.end();
        if (!value || option == known.end()) return std::nullopt;
        option->second = *value;
    }
    return known;
}

Outcome run_one(Run run, const Options& options, std::uint64_t seed) {
    return run(seed, options.at("machines"), static_cast<std::uint32_t>(options.at("blocks")));
}

unsigned long long shown(std::uint64_t number) { return number; }

int run_again(const Options& options) {
    const std::uint64_t seed = options.at("again");
    const Outcome first = run_one(cairn::sim::run_scenario, options, seed);
    const Outcome second = run_one(cairn::sim::run_scenario, options, seed);
    std::printf("seed %llu: trace %016llx and %016llx, height %u, %llu messages%s%s\n", shown(seed),
                shown(first.trace), shown(second.trace), first.height, shown(first.messages),
                first.failure.empty() ? "" : ": ", first.failure.c_str());
    return first.trace == second.trace && first.failure.empty() ? 0 : 1;
}

int run_all(Run run, const char* form, const Options& options, std::uint64_t seeds) {
    std::uint64_t failed = 0;
    std::uint64_t blocks = 0;
    std::uint64_t messages = 0;
    std::uint64_t reorganisations = 0;
    std::vector<double> healed; // intervals
    const std::uint64_t first = options.at("first");
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        const Outcome outcome = run_one(run, options, seed);
        blocks += outcome.height;
        messages += outcome.messages;
        reorganisations += outcome.reorganisations;
        healed.push_back(static_cast<double>(outcome.healed_ms) / static_cast<double>(outcome.interval_ms));
        if (outcome.failure.empty()) continue;
        ++failed;
        std::printf("seed %llu: %s (again: %s 1 --first %llu)\n", shown(seed), outcome.failure.c_str(), form,
                    shown(seed));
        std::fflush(stdout);
    }
    std::printf("%llu seeds, %llu blocks, %llu messages, %llu reorganisations; %llu failed\n", shown(seeds),
                shown(blocks), shown(messages), shown(reorganisations), shown(failed));
    if (std::string_view(form) == "--heal" && !healed.empty()) {
        std::sort(healed.begin(), healed.end());
        std::printf("one history after they met: %.2f intervals in the middle, %.2f at most\n",
                    healed[healed.size() / 2], healed.back());
    }
    return failed == 0 ? 0 : 1;
}

int run_large(const Options& options) {
    cairn::sim::ScaleRequest request;
    request.nodes = options.at("scale");
    request.interval_ms = 1'000 * options.at("interval");
    request.blocks = static_cast<std::uint32_t>(options.at("blocks"));
    request.payments = options.at("payments");
    request.seed = options.at("first");
    const auto report = cairn::sim::run_scale(request);
    std::printf("%llu nodes, a block every %llu s: height %u after %llu s, %llu payments, %llu messages\n",
                shown(request.nodes), shown(options.at("interval")), report.height,
                shown(report.span_ms / 1'000), shown(report.confirmed), shown(report.messages));
    std::printf("half of the nodes have a block after %llu ms (9 of 10 blocks: %llu ms)\n",
                shown(report.half_ms), shown(report.half_slow_ms));
    std::printf("9 of 10 nodes have a block after %llu ms (9 of 10 blocks: %llu ms)\n", shown(report.most_ms),
                shown(report.most_slow_ms));
    std::printf("stale: %llu of %llu blocks, %.2f %%\n", shown(report.stale), shown(report.found),
                report.found == 0
                    ? 0.0
                    : 100.0 * static_cast<double>(report.stale) / static_cast<double>(report.found));
    if (!report.failure.empty()) std::printf("%s\n", report.failure.c_str());
    return report.failure.empty() ? 0 : 1;
}

int usage() {
    std::fputs("cairn_sim [--seeds N | --again SEED | --heal N | --lies N] [--first SEED] [--machines M] "
               "[--blocks B]\n"
               "cairn_sim --scale NODES [--interval SECONDS] [--blocks B] [--payments P] [--first SEED]\n",
               stderr);
    return 2;
}

} // namespace

int main(int count, char** words) {
    const std::vector<std::string_view> all(words + 1, words + count);
    std::string_view form = "--seeds";
    for (const std::string_view word : all)
        if (word == "--again" || word == "--heal" || word == "--lies" || word == "--scale") form = word;
    if (form == "--scale") {
        const auto options =
            read(all, {{"scale", 1'000}, {"interval", 15}, {"blocks", 100}, {"payments", 2}, {"first", 1}});
        const bool sound = options && options->at("scale") >= 2 && options->at("interval") > 0;
        return sound ? run_large(*options) : usage();
    }
    const auto options = read(all, {{"seeds", 300},
                                    {"again", 0},
                                    {"heal", 0},
                                    {"lies", 0},
                                    {"first", 1},
                                    {"machines", 0},
                                    {"blocks", 12}});
    if (!options || options->at("blocks") == 0 || options->at("machines") == 1) return usage();
    if (form == "--again") return run_again(*options);
    if (form == "--heal") return run_all(cairn::sim::run_heal, "--heal", *options, options->at("heal"));
    if (form == "--lies") return run_all(cairn::sim::run_lies, "--lies", *options, options->at("lies"));
    return run_all(cairn::sim::run_scenario, "--seeds", *options, options->at("seeds"));
}
