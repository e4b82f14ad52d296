#include <cli/commands/chain_graph.hpp>

#include <algorithm>
#include <optional>

namespace cairn::cli {
namespace {

/// The parent that each lane waits for; empty lanes are free.
using Lanes = std::vector<std::optional<BlockId>>;

/// Other lanes that wait for the same block join lane `at` and end.
std::optional<std::string> join(Lanes& lanes, std::size_t at, const BlockId& id) {
    std::size_t furthest = at;
    for (std::size_t i = at + 1; i < lanes.size(); ++i)
        if (lanes[i] == id) furthest = i;
    if (furthest == at) return std::nullopt;
    std::string line;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const bool joins = i > at && lanes[i] == id;
        const bool crossed = i > at && i < furthest;
        if (i == at)
            line += "├";
        else if (joins)
            line += i == furthest ? "╯" : "┴";
        else if (lanes[i])
            line += crossed ? "┼" : "│";
        else
            line += crossed ? "─" : " ";
        line += i >= at && i < furthest ? "─" : " ";
        if (joins) lanes[i].reset();
    }
    while (!lanes.back()) lanes.pop_back(); // lane `at` is in use
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::size_t lane_for(Lanes& lanes, const GraphBlock& block) {
    if (lanes.empty()) lanes.emplace_back(); // the active chain's own
    const auto waiting = std::find(lanes.begin(), lanes.end(), std::optional(block.id));
    if (waiting != lanes.end()) return static_cast<std::size_t>(waiting - lanes.begin());
    if (block.active) return 0;
    const auto unused = std::find(lanes.begin() + 1, lanes.end(), std::nullopt);
    if (unused != lanes.end()) return static_cast<std::size_t>(unused - lanes.begin());
    lanes.emplace_back();
    return lanes.size() - 1;
}

} // namespace

std::vector<std::string> chain_graph(const std::vector<GraphBlock>& blocks) {
    struct Drawn {
        std::string lanes;
        std::size_t columns = 0; ///< of them
        std::string text;
    };
    std::vector<Drawn> drawn;
    Lanes lanes;
    for (const auto& block : blocks) {
        const auto at = lane_for(lanes, block);
        if (auto joined = join(lanes, at, block.id)) drawn.push_back({std::move(*joined), 0, {}});
        std::string line;
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            if (i == at)
                line += block.active ? "●" : "○";
            else
                line += lanes[i] ? "│" : " ";
            line += " ";
        }
        drawn.push_back({std::move(line), 2 * lanes.size(), block.text});
        lanes[at] = block.parent;
        while (lanes.size() > 1 && !lanes.back()) lanes.pop_back();
    }
    std::size_t widest = 0;
    for (const auto& each : drawn) widest = std::max(widest, each.columns);
    std::vector<std::string> lines;
    for (auto& each : drawn) {
        if (each.columns > 0) each.lanes += std::string(widest - each.columns + 1, ' ') + each.text;
        lines.push_back(std::move(each.lanes));
    }
    return lines;
}

} // namespace cairn::cli
